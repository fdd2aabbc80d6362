/** The service behind a real nginx. */
import { nginx } from "./nginx.ts";
import { proxyTests } from "./proxy_stage.ts";
import { PROXY_SUITE } from "./proxy_suite.ts";

proxyTests(nginx, PROXY_SUITE);
