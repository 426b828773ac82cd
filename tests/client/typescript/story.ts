// The main job, told with types generated from the contract and nothing else.
//
//     node compiled/story.js BASE_URL ADMIN_KEY LETTER      (after `openapi-typescript` made contract.ts)

import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./contract.js";

type Office = Client<paths>;
type Assignment = components["schemas"]["AssignmentBody"];
type Answer<Body> = { data?: Body; error?: unknown; response: Response };

const UNITS: components["schemas"]["UnitBody"][] = [
  { code: "ubnd-huyen", name: "UBND huyện Cao Lộc", kind: "huyen" },
  { code: "vpdp-ntm", name: "Văn phòng Điều phối xây dựng NTM huyện", kind: "van_phong" },
  { code: "xa-bao-lam", name: "UBND xã Bảo Lâm", kind: "xa" },
  { code: "xa-gia-cat", name: "UBND xã Gia Cát", kind: "xa" },
];

function speaker(baseUrl: string, key: string): Office {
  return createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${key}` } });
}

/** What an answer says; anything but success ends the story. */
function good<Body>(answer: Answer<Body>): Body {
  if (answer.data === undefined) {
    throw new Error(`${answer.response.status} ${answer.response.url}: ${JSON.stringify(answer.error)}`);
  }
  return answer.data;
}

/** The problem that a refusal tells; anything else ends the story. */
function refused<Body>(answer: Answer<Body>, status: number, type: string): components["schemas"]["Problem"] {
  const problem = answer.error as components["schemas"]["Problem"];
  if (answer.response.status !== status || problem.type !== type) {
    throw new Error(`expected ${status} ${type}: ${answer.response.status} ${JSON.stringify(problem)}`);
  }
  return problem;
}

function same(found: unknown, expected: unknown): void {
  if (JSON.stringify(found) !== JSON.stringify(expected)) {
    throw new Error(`expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`);
  }
}

async function versionOf(office: Office, id: string): Promise<string> {
  const answer = await office.GET("/v1/directives/{directive_id}", { params: { path: { directive_id: id } } });
  good(answer);
  return answer.response.headers.get("etag") ?? "";
}

/** Say who answers for an item, on the version just read. */
async function give(office: Office, id: string, item: string, body: Assignment[]): Promise<void> {
  const header = { "If-Match": await versionOf(office, id) };
  const params = { path: { directive_id: id, item }, header };
  good(await office.PUT("/v1/directives/{directive_id}/items/{item}/assignments", { params, body }));
}

async function takeIn(office: Office, letter: string): Promise<string> {
  const content = new Blob([await readFile(letter)]);
  const draft = good(
    await office.POST("/v1/directives/intake", {
      body: { file: "" },
      bodySerializer: () => {
        const form = new FormData();
        form.append("file", content, basename(letter));
        return form;
      },
    }),
  );
  return draft.id;
}

/** Intake, refusal, mapping and issue; returns the key of one of the communes. */
async function issue(office: Office, letter: string): Promise<string> {
  for (const body of UNITS) good(await office.POST("/v1/units", { body }));
  const members = ["xa-bao-lam", "xa-gia-cat"];
  good(await office.POST("/v1/unit-groups", { body: { code: "cac-xa", name: "UBND các xã", members } }));

  const id = await takeIn(office, letter);
  const order = { params: { path: { directive_id: id } }, body: { issuer_code: "ubnd-huyen", issued_on: "2024-04-26" } };
  const refusal = refused(await office.POST("/v1/directives/{directive_id}/issue", order), 409, "/problems/items-without-lead");
  same(refusal["items"], ["1", "2"]);

  await give(office, id, "1", [{ role: "lead", unit_code: "vpdp-ntm" }]);
  await give(office, id, "2", [{ role: "lead", group_code: "cac-xa" }]);
  const header = { "If-Match": await versionOf(office, id) };
  const params = { path: { directive_id: id, item: "2" }, header };
  good(await office.PATCH("/v1/directives/{directive_id}/items/{item}", { params, body: { due_on: "2024-05-15" } }));
  const readiness = await office.GET("/v1/directives/{directive_id}/readiness", { params: order.params });
  same(good(readiness).ready, true);
  same(good(await office.POST("/v1/directives/{directive_id}/issue", order)).obligations, 3);

  const key = { name: "xã Bảo Lâm", role: "officer", unit_code: "xa-bao-lam" } as const;
  return good(await office.POST("/v1/api-keys", { body: key })).api_key ?? "";
}

/** The commune does its duty, the office agrees. */
async function work(office: Office, commune: Office): Promise<void> {
  const [duty, ...more] = good(await commune.GET("/v1/obligations")).items;
  if (duty === undefined) throw new Error("the commune has no duty");
  same(more, []);
  const params = { path: { obligation_id: duty.id } };
  good(await commune.POST("/v1/obligations/{obligation_id}/acknowledge", { params }));

  const rows = [{ obligation_id: duty.id, text: "Đã rà soát 5/10 thôn", percent: 50 }];
  const batch = { params: { header: { "Idempotency-Key": "2024-05-02" } }, body: { rows } };
  for (const told of [1, 2]) {
    const answered = good(await commune.POST("/v1/progress-updates", batch));
    same([told, answered.done], [told, 1]);
  }
  same(good(await commune.GET("/v1/progress-updates")).items.length, 1);

  const document = { number: "45", symbol: "BC-UBND", issued_on: "2024-05-10" };
  const body = { text: "Đã hoàn thành", document };
  good(await commune.POST("/v1/obligations/{obligation_id}/submit", { params, body }));
  const early = await commune.POST("/v1/obligations/{obligation_id}/accept", { params, body: {} });
  refused(early, 403, "/problems/not-allowed");
  good(await office.POST("/v1/obligations/{obligation_id}/accept", { params, body: {} }));
  same(good(await commune.GET("/v1/obligations/{obligation_id}", { params })).state, "accepted");
}

const [baseUrl = "", adminKey = "", letter = ""] = process.argv.slice(2);
const office = speaker(baseUrl, adminKey);
await work(office, speaker(baseUrl, await issue(office, letter)));
