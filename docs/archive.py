"""Reads segments of an archive: python3 archive.py FILE...  (a FILE may be -, standard input)

Prints a line for each record: its time, in milliseconds since 1970, and the record.
"""
import gzip, json, sys

for name in sys.argv[1:]:
    with gzip.open(sys.stdin.buffer if name == "-" else name, "rt", encoding="utf-8") as text:
        header = json.loads(next(text))
        if (header["format"], header["version"]) != ("storage-archive", 1):
            sys.exit(f"{name}: of another format, or of a newer version")
        lines = [json.loads(line) for line in text]
        if len(lines) != header["records"]:
            sys.exit(f"{name}: has {len(lines)} records, not {header['records']}")
        for line in lines:
            print(line["time"], json.dumps(line["record"], ensure_ascii=False, separators=(",", ":")))
