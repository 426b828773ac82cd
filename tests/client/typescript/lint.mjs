// What a linter of contracts says of one: `node lint.mjs openapi.json`; exit code 1 if it says anything.

import { createConfig, lint } from "@redocly/openapi-core";

const rules = {
  "info-license": "off", // the licence is the repository's affair
  "operation-2xx-response": "off", // signing in elsewhere answers 303
  "operation-4xx-response": "off", // health has no question that could be wrong
};
const config = await createConfig({ extends: ["recommended"], rules });
const found = await lint({ ref: process.argv[2], config });
for (const { severity, ruleId, message, location } of found) {
  console.log(`${severity} ${ruleId} ${location[0]?.pointer ?? ""}: ${message}`);
}
process.exitCode = found.length === 0 ? 0 : 1;
