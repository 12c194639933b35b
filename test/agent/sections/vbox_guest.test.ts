import { expect, test } from "vitest";
import { vboxGuest } from "../../../agent/sections/vbox_guest.ts";
import { collect, madeUp, NOW, web1 } from "./host.ts";

const MODULES = { "/proc/modules": "ext4 1 0 - Live 0x0\nvboxguest 2 1 - Live 0x0\n" };
const TOOL = `#!/bin/sh
[ "$*" = "-nologo guestproperty enumerate" ] || exit 9
echo 'Name: /VirtualBox/GuestAdd/Version, value: 7.0.6, timestamp: 1700000000, flags: READONLY'
echo
echo 'Name: /VirtualBox/HostInfo/GUI, value: true, timestamp: 1700000001, flags:'
`;

test("properties come without their time and flags", async () => {
  const { host } = madeUp({ ...MODULES, "/usr/bin/VBoxControl": TOOL });
  expect(await collect(vboxGuest, host)).toBe(`<<<vbox_guest>>>
Name: /VirtualBox/GuestAdd/Version, value: 7.0.6
Name: /VirtualBox/HostInfo/GUI, value: true
`);
});

test("elsewhere the section is there, and empty", async () => {
  expect(await collect(vboxGuest, web1())).toBe("<<<vbox_guest>>>\n");
  const { host } = madeUp({ "/usr/bin/VBoxControl": TOOL });
  expect(await collect(vboxGuest, host)).toBe("<<<vbox_guest>>>\n");
  expect(await collect(vboxGuest, madeUp(MODULES).host)).toBe("<<<vbox_guest>>>\n");
});

test("a tool that hangs is ended after ten seconds, and not run again for a minute", async () => {
  let now = NOW;
  const { host, write } = madeUp(
    { ...MODULES, "/usr/bin/VBoxControl": "#!/bin/sh\nexec /bin/sleep 60\n" },
    { now: () => now },
  );
  await expect(collect(vboxGuest, host)).rejects.toThrow(/took longer than 10 s/);
  write("/usr/bin/VBoxControl", TOOL);
  await expect(collect(vboxGuest, host)).rejects.toThrow(/took longer than 10 s/);
  now += 60;
  expect(await collect(vboxGuest, host)).toContain("7.0.6\n");
});
