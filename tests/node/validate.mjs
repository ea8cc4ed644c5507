// Reads one page of HTML per line, as a JSON string; answers each with a JSON list of findings.
// One process serves a whole run of tests, since starting Node takes longer than a page.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { HtmlValidate, StaticConfigLoader } from "html-validate";

const config = JSON.parse(readFileSync(new URL("htmlvalidate.json", import.meta.url), "utf8"));
const htmlvalidate = new HtmlValidate(new StaticConfigLoader(config));

for await (const line of createInterface({ input: process.stdin })) {
  const report = await htmlvalidate.validateString(JSON.parse(line));
  const messages = report.results.flatMap((result) => result.messages);
  const findings = messages.map((m) => `${m.line}:${m.column} ${m.message} [${m.ruleId}]`);
  process.stdout.write(`${JSON.stringify(findings)}\n`);
}
