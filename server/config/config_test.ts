import { assert, assertEquals, assertStringIncludes, assertThrows } from "../../tests/support/assert.ts";
import { BOUNDS, defaultBounds } from "./bounds.ts";
import { type Config, ConfigError, readConfig } from "./config.ts";
import { type VariableName, VARIABLES } from "./variables.ts";

const TLS = { QUOTA_TLS_CERT: "/etc/ssl/a.pem", QUOTA_TLS_KEY: "/etc/ssl/a.key" };

const GOOD: [VariableName, string, keyof Config | keyof Config["limits"], unknown][] = [
  ["HOST", "localhost", "host", "localhost"],
  ["HOST", "::1", "host", "::1"],
  ["HOST", "[::1]", "host", "[::1]"],
  ["HOST", "127.0.0.2", "host", "127.0.0.2"],
  ["HOST", "0.0.0.0", "host", "0.0.0.0"],
  ["HOST", "::", "host", "::"],
  ["QUOTA_ADMIN_KEY", "sixteen-letters!", "admin_key", "sixteen-letters!"],
  ["QUOTA_PUBLIC_URL", "https://a.dev/q/", "public_url", { origin: "https://a.dev", host: "a.dev", prefix: "/q" }],
  ["QUOTA_TRUSTED_PROXIES", "127.0.0.1, fd00::/8", "trusted_proxies", ["127.0.0.1", "fd00::/8"]],
  ["QUOTA_ALLOWED_ORIGINS", "https://Chat.acme.dev http://a:81", "allowed_origins", [
    "https://chat.acme.dev",
    "http://a:81",
  ]],
  ["QUOTA_TLS_CERT", "/etc/ssl/a.pem", "tls", { cert: "/etc/ssl/a.pem", key: "/etc/ssl/a.key" }],
  ["QUOTA_TLS_KEY", "/etc/ssl/b.key", "tls", { cert: "/etc/ssl/a.pem", key: "/etc/ssl/b.key" }],
  ["QUOTA_LOG_LEVEL", "debug", "log_level", "debug"],
  ["QUOTA_ACCESS_LOG", "on", "access_log", true],
  ["QUOTA_REQUEST_USAGE", "off", "requests_usage", false],
  ["QUOTA_DURABILITY", "answer", "durability", "answer"],
  ["PORT", "0", "port", 0],
  ["PORT", "65535", "port", 65535],
  ["OPENAI_BASE_URL", "http://10.0.0.1:8080/v1/", "upstream_url", "http://10.0.0.1:8080/v1"],
  ["OPENAI_BASE_URL", "https://example.org", "upstream_url", "https://example.org"],
  ["QUOTA_UPSTREAM_URL", "https://example.org/v1/", "upstream_url", "https://example.org/v1"],
  ["OPENAI_API_KEY", " sk-abc ", "upstream_key", "sk-abc"],
  ["HTTPS_PROXY", "http://user:pw@proxy:3128", "upstream_proxy", "http://user:pw@proxy:3128/"],
  ["HTTP_PROXY", "proxy:3128", "upstream_proxy", null],
  ["NO_PROXY", "*", "upstream_proxy", null],
  ["OPENAI_RATE_LIMIT_PER_MINUTE", "1", "requests_per_minute", 1],
  ["OPENAI_RATE_LIMIT_PER_DAY", "999999999999", "requests_per_day", 999_999_999_999],
  ["OPENAI_TOKEN_LIMIT_PER_MINUTE", "2000000", "tokens_per_minute", 2_000_000],
  ["OPENAI_TOKEN_LIMIT_PER_DAY", "5", "tokens_per_day", 5],
  ["QUOTA_WARNING_RATIO", "1", "warning_ratio", 1],
  ["QUOTA_WARNING_RATIO", ".75", "warning_ratio", 0.75],
  ["QUOTA_MODE", "observe", "mode", "observe"],
  ["QUOTA_STORE", "memory:", "store", "memory:"],
  ["QUOTA_STORE", "sqlite:/tmp/a b.db", "store", "sqlite:/tmp/a b.db"],
  ["QUOTA_RETENTION_DAYS", "2", "retention_days", 2],
  ["QUOTA_LIMITS_FILE", "/etc/quota/limits.json", "limits_file", "/etc/quota/limits.json"],
  ["QUOTA_ADMIN_RESET_KEY", "12345678", "admin_reset_key", "12345678"],
  ["QUOTA_TIMEZONE", "Asia/Kathmandu", "timezone", "Asia/Kathmandu"],
];
for (const [field, { variable }] of Object.entries(BOUNDS)) {
  GOOD.push([variable, "7", "bounds", { ...defaultBounds(), [field]: 7 }]);
}
for (const [name, text, field, value] of GOOD) {
  Deno.test(`config: ${name}=${text} is accepted`, () => {
    const config = readConfig({ ...(field === "tls" ? TLS : {}), [name]: text });
    assertEquals({ ...config, ...config.limits }[field], value);
  });
}

const BAD: [VariableName, string[]][] = [
  ["HOST", ["a b", "127.0.0.1/8"]],
  ["QUOTA_ADMIN_KEY", ["fifteen-letters", "sixteen letters!", "sixteen-létters!"]],
  ["QUOTA_PUBLIC_URL", ["tools.acme.dev", "https://a:b@tools.acme.dev", "https://tools.acme.dev?x"]],
  ["QUOTA_TRUSTED_PROXIES", ["proxy.acme.dev", "10.0.0.0/33", "10.0.0.1, x"]],
  ["QUOTA_ALLOWED_ORIGINS", ["chat.acme.dev", "https://chat.acme.dev/", "*", "https://a, null"]],
  ["QUOTA_TLS_CERT", ["-----BEGIN CERTIFICATE-----", "a\nb"]],
  ["QUOTA_TLS_KEY", ["-----BEGIN PRIVATE KEY-----hunter2"]],
  ["QUOTA_LOG_LEVEL", ["verbose", "INFO"]],
  ["QUOTA_ACCESS_LOG", ["yes", "1"]],
  ["QUOTA_REQUEST_USAGE", ["never", "0", "OFF"]],
  ["QUOTA_DURABILITY", ["full", "on", "0"]],
  ["PORT", ["65536", "-1", "8080x", "1e3", "0x50"]],
  ["QUOTA_UPSTREAM_URL", ["api.openai.com/v1", "https://user:hunter2@example.org/v1"]],
  ["OPENAI_BASE_URL", [
    "api.openai.com",
    "ftp://example.org",
    "https://user:hunter2@example.org/v1",
    "https://example.org/v1?key=hunter2",
    "https://example.org/v1#hunter2",
    "javascript:alert(1)",
  ]],
  ["OPENAI_API_KEY", ["sk hunter2", "sk-…"]],
  ["HTTPS_PROXY", ["socks5://proxy:1080", "http://user:hunter2@proxy:99999", "user:hunter2@proxy/path"]],
  ["HTTP_PROXY", ["https://user:hunter2@proxy"]],
  ["NO_PROXY", ["http://example.org", "10.0.0.0/33"]],
  ["OPENAI_RATE_LIMIT_PER_MINUTE", ["0", "-5", "1.5", "1e3", "many", "9999999999999"]],
  ["OPENAI_RATE_LIMIT_PER_DAY", ["0"]],
  ["OPENAI_TOKEN_LIMIT_PER_MINUTE", ["0"]],
  ["OPENAI_TOKEN_LIMIT_PER_DAY", ["0", "none"]],
  ["QUOTA_WARNING_RATIO", ["0", "1.01", "90", "90%", "0x1", "-0.5", "NaN", "."]],
  ["QUOTA_MODE", ["Enforce", "off"]],
  ["QUOTA_STORE", ["sqlite:", "postgres://user:hunter2@db/quota", "data/quota.db", "redis://a?password=hunter2"]],
  ["QUOTA_RETENTION_DAYS", ["1", "0", "-5", "2.5", "forever", "1e9"]],
  ["QUOTA_LIMITS_FILE", ["limits.yaml", ".json", "data/"]],
  ["QUOTA_REDIS_URL", ["redis://:hunter2@localhost"]],
  ["QUOTA_ADMIN_RESET_KEY", ["hunter2", "hunter2 hunter2"]],
  ["QUOTA_TIMEZONE", ["Mars/Olympus", "UTC+25", "../../etc/passwd"]],
];
for (const { variable } of Object.values(BOUNDS)) BAD.push([variable, ["0", "-1", "many", "1.5"]]);
for (const [name, texts] of BAD) {
  for (const text of texts) {
    Deno.test(`config: ${name}=${text} is refused with what it accepts, and without secrets`, () => {
      const other = name.startsWith("QUOTA_TLS_") ? TLS : {};
      const { faults, message } = assertThrows(() => readConfig({ ...other, [name]: text }), ConfigError);
      assertEquals(faults.length, 1, message);
      assert(faults[0].startsWith(`${name}=`), faults[0]);
      assertStringIncludes(faults[0], "accepts ");
      assert(!message.includes("hunter2"), message);
    });
  }
}

Deno.test("config: the fault of QUOTA_REDIS_URL says that instances share no limits and no budgets", () => {
  const { faults } = assertThrows(() => readConfig({ QUOTA_REDIS_URL: "redis://localhost" }), ConfigError);
  assertStringIncludes(faults[0], "several instances would share no limits and no budgets, so run one");
});

Deno.test("config: every variable has an accepted and a refused case here", () => {
  const names = Object.keys(VARIABLES).toSorted();
  assertEquals([...new Set(BAD.map(([name]) => name as string))].toSorted(), names);
  const good = new Set<string>([...GOOD.map(([name]) => name), "QUOTA_REDIS_URL"]);
  assertEquals([...good].toSorted(), names);
});

Deno.test("config: a variable that is not set, or empty, has its default", () => {
  const defaults = readConfig({});
  assertEquals(defaults, {
    host: "127.0.0.1",
    port: 8787,
    upstream_url: "https://api.openai.com/v1",
    upstream_warning: null,
    upstream_key: null,
    upstream_proxy: null,
    limits: {
      requests_per_minute: 500,
      requests_per_day: 10_000,
      tokens_per_minute: 150_000,
      tokens_per_day: null,
    },
    warning_ratio: 0.9,
    mode: "enforce",
    store: "sqlite:data/quota.db",
    retention_days: 400,
    limits_file: "data/limits.json",
    admin_key: null,
    admin_reset_key: null,
    timezone: "UTC",
    public_url: null,
    trusted_proxies: [],
    allowed_origins: [],
    tls: null,
    bounds: defaultBounds(),
    log_level: "info",
    access_log: false,
    requests_usage: true,
    durability: "bounded",
  });
  assertEquals(readConfig(Object.fromEntries(Object.keys(VARIABLES).map((name) => [name, " "]))), defaults);
});

Deno.test("config: the proxy's variables are read in lower case too, which goes first, unless it is empty", () => {
  const proxy = (environment: Record<string, string>) => readConfig(environment).upstream_proxy;
  assertEquals(proxy({ https_proxy: "lower:1" }), "http://lower:1/");
  assertEquals(proxy({ https_proxy: "lower:1", HTTPS_PROXY: "upper:1" }), "http://lower:1/");
  assertEquals(proxy({ https_proxy: "", HTTPS_PROXY: "upper:1" }), "http://upper:1/");
  assertEquals(proxy({ HTTPS_PROXY: "upper:1", no_proxy: ".openai.com" }), null);
  assertThrows(() => proxy({ https_proxy: "socks5://proxy" }), ConfigError, "HTTPS_PROXY=");
});

Deno.test("config: a certificate without its key is refused, and a key without its certificate", () => {
  for (const name of ["QUOTA_TLS_CERT", "QUOTA_TLS_KEY"]) {
    assertThrows(() => readConfig({ [name]: "a.pem" }), ConfigError, "QUOTA_TLS_CERT, QUOTA_TLS_KEY: HTTPS needs both");
  }
});

Deno.test("config: one error lists every wrong setting", () => {
  const all = Object.fromEntries(BAD.map(([name, [text]]) => [name, text]));
  const { faults, message } = assertThrows(() => readConfig(all), ConfigError);
  assertEquals(faults.map((fault) => fault.split("=")[0]).toSorted(), Object.keys(VARIABLES).toSorted());
  assertEquals(message.split("\n").length, faults.length + 1);
  assertStringIncludes(message, `Cannot start: ${faults.length} settings are wrong.`);
});
