/** Stops the page's clock at the fixtures' instant, before anything reads it. */
import { AT } from "./fixtures.ts";

Date.now = () => AT;
