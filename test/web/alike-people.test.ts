import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Profile } from "../../src/protocol";
import { dictionaries } from "../../src/text/dictionary";
import { alikeStore, compareNames } from "../../src/web/people/alike-people";
import { faceOf, nameOf } from "../../src/web/people/channel-face";
import { initialOf } from "../../src/web/people/initials";
import { previewLine } from "../../src/web/people/preview-line";
import { inboxEntry } from "./inbox-entry";

const { en } = dictionaries;
const person = (handle: string, name: string): Profile => ({ id: `u_${handle}`, handle, name });
const me = person("me", "Me");
const minji = person("minji", "Minji Kim");
const other = person("minji2", "Minji K\u0456m");
const sara = person("sara", "שרה");

const put = vi.fn((_path: string, _body: Response) => Promise.resolve());
beforeEach(() => {
  put.mockClear();
  vi.stubGlobal("caches", { open: () => Promise.resolve({ put }) });
});

describe("[S160] people whose names look alike", () => {
  it("have their handles in a bubble, in the list and in a preview", async () => {
    const group = inboxEntry({ id: "c_2", kind: "group", name: "Friends", members: [me, minji, other, sara] });
    const chat = inboxEntry({ members: [me, other] });
    await compareNames(me, [group, chat]);
    expect([...alikeStore.get()].sort()).toEqual(["u_minji", "u_minji2"]);
    expect(nameOf(group.members, minji.id, en)).toBe("Minji Kim (@minji)");
    expect(nameOf(group.members, other.id, en)).toBe("Minji K\u0456m (@minji2)");
    expect(faceOf(chat, me.id, en)).toMatchObject({ name: "Minji K\u0456m (@minji2)", isAlike: true });
    const preview = { author: minji.id, at: 1, text: "hi" };
    expect(previewLine({ ...group, row: { ...group.row, preview } }, me.id, en)).toBe("Minji Kim (@minji): hi");
    const [path, stored] = put.mock.lastCall ?? [];
    expect(path).toBe("/kept/alike");
    expect(await stored?.json()).toEqual({ u_minji: "minji", u_minji2: "minji2" });
  });

  it("keep them after one of the two has left", async () => {
    await compareNames(me, [inboxEntry({ members: [me, minji] })]);
    expect(nameOf([minji], minji.id, en)).toBe("Minji Kim (@minji)");
    expect(put).not.toHaveBeenCalled();
  });

  it("lose them when one of the two takes another name", async () => {
    await compareNames(me, [inboxEntry({ members: [me, { ...other, name: "Eve" }] })]);
    expect(nameOf([minji], minji.id, en)).toBe("Minji Kim");
  });

  it("include myself", async () => {
    await compareNames(me, [inboxEntry({ members: [me, person("me2", "ME")] })]);
    expect(alikeStore.get()).toEqual(new Set(["u_me", "u_me2"]));
  });

  it("are compared anew for another account", async () => {
    await compareNames(minji, [inboxEntry({ members: [minji, sara] })]);
    expect(alikeStore.get()).toEqual(new Set());
  });
});

describe("[S160] a name", () => {
  it("from right to left turns nothing around it", () => {
    expect(nameOf([sara], sara.id, en)).toBe("\u2068שרה\u2069");
    expect(faceOf(inboxEntry({ kind: "group", name: "צוות" }), me.id, en).name).toBe("\u2068צוות\u2069");
    expect(initialOf("\u2068שרה\u2069")).toBe("ש");
  });

  it("of an older account that shows nothing is the handle", () => {
    expect(nameOf([person("ghost", "\u3164")], "u_ghost", en)).toBe("@ghost");
  });

  it("of an older account that changes the direction has lost that", () => {
    expect(nameOf([person("eve", "Eve\u202e\u2069")], "u_eve", en)).toBe("Eve");
  });
});
