// What a drop in the tree of channels changes.
import { describe, expect, it } from "vitest";
import { besideCategory, besideChannel, intoCategory } from "../../src/web/guild/tree-moves";
import { guildOf, listedChannel } from "../sdk/support/fake-guilds";

const view = guildOf({
  id: "g_1",
  categories: [
    { id: "k_1", name: "Work", position: 0 },
    { id: "k_2", name: "Talk", position: 1 },
    { id: "k_3", name: "Empty", position: 2 },
  ],
  channels: [
    { ...listedChannel("c_1", "plans", 0), category: "k_1" },
    { ...listedChannel("c_2", "notes", 1), category: "k_1" },
    { ...listedChannel("c_3", "music", 2), category: "k_2" },
  ],
});

describe("a dropped channel", () => {
  it("goes before or after the one below the pointer, into its category", () => {
    expect(besideChannel(view, "c_3", "c_1", "before")).toEqual({
      channel: "c_3",
      change: { category: "k_1", position: 0 },
    });
    expect(besideChannel(view, "c_1", "c_3", "after")).toEqual({
      channel: "c_1",
      change: { category: "k_2", position: 3 },
    });
    expect(besideChannel(view, "c_1", "c_2", "after")).toEqual({
      channel: "c_1",
      change: { category: "k_1", position: 2 },
    });
  });

  it("stays where it is beside itself and on its own side of a neighbour", () => {
    expect(besideChannel(view, "c_1", "c_1", "after")).toBeNull();
    expect(besideChannel(view, "c_1", "c_2", "before")).toBeNull();
    expect(besideChannel(view, "c_2", "c_1", "after")).toBeNull();
    expect(besideChannel(view, "c_1", "c_gone", "after")).toBeNull();
  });

  it("goes to the beginning of a category, also of an empty one, and above all categories", () => {
    expect(intoCategory(view, "c_3", "k_1")).toEqual({ channel: "c_3", change: { category: "k_1", position: 0 } });
    expect(intoCategory(view, "c_3", "k_3")).toEqual({ channel: "c_3", change: { category: "k_3" } });
    expect(intoCategory(view, "c_3", null)).toEqual({ channel: "c_3", change: { category: null, position: 0 } });
    expect(intoCategory(view, "c_1", "k_1")).toBeNull();
  });
});

describe("a dropped category", () => {
  it("goes before or after another one", () => {
    expect(besideCategory(view, "k_3", "k_1", "before")).toEqual({ category: "k_3", change: { position: 0 } });
    expect(besideCategory(view, "k_1", "k_2", "after")).toEqual({ category: "k_1", change: { position: 2 } });
  });

  it("stays beside itself and on its own side of a neighbour", () => {
    expect(besideCategory(view, "k_1", "k_2", "before")).toBeNull();
    expect(besideCategory(view, "k_2", "k_2", "after")).toBeNull();
    expect(besideCategory(view, "k_2", "k_1", "after")).toBeNull();
  });
});
