"""Every photo's bytes and label into tar shards. Prints the loop's seconds."""

import pathlib
import sys
import time

import webdataset as wds

raw, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
photos = sorted(raw.rglob("*.jpg"))
labels = {name: i for i, name in enumerate(sorted(p.name for p in raw.iterdir()))}
out.mkdir()
begin = time.monotonic()
with wds.ShardWriter(str(out / "x-%05d.tar"), maxcount=(len(photos) + 3) // 4, verbose=0) as sink:
    for i, photo in enumerate(photos):
        sink.write({"__key__": f"{i:08}", "jpg": photo.read_bytes(), "cls": labels[photo.parent.name]})
print(time.monotonic() - begin)
