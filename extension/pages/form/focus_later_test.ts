import { assertEquals } from "../../../tests/support/assert.ts";
import { focusLater, type FocusPage } from "./focus_later.ts";

/** A page whose elements are their ids. */
function setUp() {
  const page = {
    body: "body",
    activeElement: "button",
    getElementById: (id: string) => id === "gone" ? null : { focus: () => void (page.activeElement = id) },
  } satisfies FocusPage;
  return page;
}

for (
  const [name, id, meanwhile, expected] of [
    ["the button keeps the focus until the frame", "step-chat", "button", "step-chat"],
    ["the button is gone with its step", "step-chat", "body", "step-chat"],
    ["a person has moved to a field", "step-chat", "chat_page", "chat_page"],
    ["the element is not drawn", "gone", "body", "body"],
  ]
) {
  Deno.test(`focusLater: ${name}`, () => {
    const page = setUp();
    const frames: (() => void)[] = [];
    focusLater(id, page, (then) => frames.push(then));
    assertEquals([page.activeElement, frames.length], ["button", 1]);
    page.activeElement = meanwhile;
    frames[0]();
    assertEquals(page.activeElement, expected);
  });
}
