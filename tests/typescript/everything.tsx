#!/usr/bin/env -S deno run
import d, { type T, e as f } from "x";
import * as ns from "./y";
import "side";
import type { Z } from "z";
import j from "./j.json" with { type: "json" };
export * from "./a";
export * as n from "b";
export { a as b, default as c2 } from "d";
export type { X } from "y";
// eslint-disable-next-line no-var
var s = "a\x41\u{1F600}\n", re = /a[/]b/gi, big = 10n, hex = 0x1f, under = 1_000, octal = 0o17, float = 1.5e3;
let x = a?.b?.[0]!.c(1 as any, ...d0), y2 = tag`x${1}y`, t3 = `a${b0}c\n`;
x ??= t3;
const { a: [q = 1, , w, ...z0], ["k" + 1]: computed, ...rest } = await fn();
[obj.p, arr[0]] = [1, 2];
({ a: obj.q, b: [x] = [] } = rest);
(async (e1: Request, f1?: string, g1 = 1, ...h1: any[]): Promise<void> => {})();
const one = (p) => p, two = async (p) => await p, gen = function* named() { yield 1; yield* two; };
abstract class A<T> extends ns.B<T> implements I {
  static #p = 1;
  declare u: string;
  readonly v?: number = 1;
  [key: string]: any;
  static { this.#p = 2; }
  constructor(private db: Client, public name = "x") { super(); this.v = 2; }
  get g() { return this.v; }
  set g(value) { this.v = value; }
  async *[Symbol.iterator]() { yield* []; }
  abstract m(): void;
  @dec() run<K extends keyof T>(k: K): asserts k is K {}
}
const C = class Named extends A<string> {};
for (const i of list) { continue; }
for await (const i of list) break;
for (const k in o) if (k) delete o[k]; else void 0;
for (let i = 0, m = 2; i < m; i++) ;
outer: while (true) { do { break outer; } while (!x); }
switch (x) { case 1: case "a": { fn(); break; } default: fn(); }
try { throw new Error("x", { cause: 1 }); } catch ({ message }) { debugger; } finally { fn(); }
try { fn(); } catch { }
enum E { A, B = "b", "C-c" = 1 << 2 }
declare const enum F { G }
declare module "m" { const x: string; }
declare global { interface Window { x: number } }
namespace N.M { export const a = 1; }
interface I extends J { a: string; b?(x: number): void; readonly [k: string]: any; new (x): Y; "q-q": 1 }
type U = { a: string; b?: number } & { c: Record<string, unknown> } | typeof x;
function over(a: string): void;
function over(this: Window, a: any) { return new.target ?? import.meta.url; }
const o2 = { a, b: 1, "c": 2, 3: 4, [x]: 5, ...rest, get h() { return 1; }, set h(v) {}, async m() {}, *n() {}, async: 1 };
const cond = a0 ? b1 : c1 ? d1 : e0, seq = (a0, b1), neg = -a0 + +b1 - ~c1 ** 2, sat = { a: 1 } satisfies T as const;
const lazy = await import("./lazy"), made = new Map<string, number>(), bare = new Foo, inst = id<string>;
const typed = await db.from("x").single<{ a: number }>();
const el = <ns.Foo a="x&amp;y" b={1} {...rest} c data-d='e' render={() => <p key={1}>hi &copy; {x} {/* no */}</p>}>
  text {y2} <br /> <></>
</ns.Foo>;
export default async function (req: Request) { return new Response(null, { status: 204 }); }
export const exported = 1, other = 2;
export { one, two as deux };
