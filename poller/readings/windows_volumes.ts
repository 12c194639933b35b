/** Volumes of Windows, among file systems of any kind. */
import { each, gauge } from "../judge/metrics.ts";

interface Filesystem {
  /** What somebody called it. */
  readonly device: string;
  readonly fstype: string;
  /** Absent where it is none of Windows. */
  readonly volume?: string | undefined;
  /** Bytes. */
  readonly size: number;
  readonly available: number;
}

/** Each once, however its folder is written. */
const volumes = (filesystems: readonly Filesystem[]) =>
  new Map(
    filesystems.flatMap(({ volume, ...one }) =>
      volume === undefined ? [] : [[volume, { ...one, volume }] as const],
    ),
  ).values();

export const windowsVolumeMetrics = [
  each(volumes, { volume: (one) => one.volume }, [
    gauge("windows_logical_disk_size_bytes", "Size in bytes.", (one) => one.size),
    gauge("windows_logical_disk_free_bytes", "Free bytes.", (one) => one.available),
  ]),
  each(
    volumes,
    {
      volume: (one) => one.volume,
      volume_name: (one) => one.device,
      filesystem: (one) => one.fstype,
    },
    [gauge("roundsman_windows_volume_info", "What a volume is called; always 1.", () => 1)],
  ),
];
