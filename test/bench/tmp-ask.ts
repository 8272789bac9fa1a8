import { limitOf, startLimit } from "./limit.ts";
import { costOf, takeGeneratorCore } from "./machine.ts";
import { pause } from "./pace.ts";

takeGeneratorCore();
const server = await startLimit("bare");
for (let round = 0; round < 3; round++)
  for (const mode of ["each", "asking", "fetching"] as any[]) {
    const system = limitOf(server, mode);
    const rooms = await Promise.all(Array.from({ length: 20 }, () => system.open(100)));
    for (const m of await Promise.all(rooms.map((r) => r.join(0)))) m.cut();
    await pause(1000);
    const before = costOf(server.pid);
    const ms = await Promise.all(rooms.flatMap((r) => Array.from({ length: 100 }, (_, at) => r.join(at))));
    const after = costOf(server.pid);
    console.log(mode, (((after.cpuSeconds - before.cpuSeconds) / 2000) * 1000).toFixed(3));
    for (const m of ms) m.cut();
    await pause(3000);
  }
process.exit(0);
