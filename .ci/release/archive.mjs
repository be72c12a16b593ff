/** Archives that have the same bytes wherever and whenever they are made: no time, owner or system of their maker. */
import { crc32, deflateRawSync, gzipSync } from 'node:zlib'

/** The time of files in npm's packages, 1985-10-26T08:15:00Z (pacote, lib/util/tar-create-options.js). */
const TIME = {
  unix: 499162500,
  dosDate: ((1985 - 1980) << 9) | (10 << 5) | 26,
  dosTime: (8 << 11) | (15 << 5),
}

/** POSIX.1-1988 (ustar), compressed. A file has a name of at most 100 bytes, a mode and data. */
export function tarGz(files) {
  const parts = files.flatMap(({ name, mode, data }) => [
    tarHeader(name, mode, data.length),
    data,
    Buffer.alloc(-data.length & 511),
  ])
  const packed = gzipSync(Buffer.concat([...parts, Buffer.alloc(1024)]), { level: 9 })
  // RFC 1952: the system that made it; 255 is unknown.
  packed[9] = 255
  return packed
}

function tarHeader(name, mode, size) {
  if (Buffer.byteLength(name) > 100) throw new Error(`${name} is too long for a tar archive`)
  const header = Buffer.alloc(512)
  const octal = (value, at, length) =>
    header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at)
  header.write(name)
  octal(mode, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  octal(size, 124, 12)
  octal(TIME.unix, 136, 12)
  header.write('        0', 148)
  header.write('ustar\x0000', 257)
  octal(
    header.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  )
  return header
}

/** PKWARE's APPNOTE.TXT, without ZIP64: less than 4 GiB. */
export function zip(files) {
  let offset = 0
  const entries = files.map(({ name, mode, data }) => {
    const packed = deflateRawSync(data, { level: 9 })
    const entry = {
      name: Buffer.from(name),
      mode,
      packed,
      crc: crc32(data),
      size: data.length,
      offset,
    }
    offset += 30 + entry.name.length + packed.length
    return entry
  })
  const local = entries.flatMap((entry) => [localHeader(entry), entry.name, entry.packed])
  const central = entries.flatMap((entry) => [centralHeader(entry), entry.name])
  const length = central.reduce((sum, part) => sum + part.length, 0)
  return Buffer.concat([...local, ...central, endRecord(entries.length, length, offset)])
}

/** What both headers of a file say, from `at` on: version, flags, method, time, checksum and lengths. */
function writeCommon(header, at, { name, packed, crc, size }) {
  for (const [index, value] of [20, 0, 8, TIME.dosTime, TIME.dosDate].entries()) {
    header.writeUInt16LE(value, at + index * 2)
  }
  for (const [index, value] of [crc, packed.length, size].entries()) {
    header.writeUInt32LE(value, at + 10 + index * 4)
  }
  header.writeUInt16LE(name.length, at + 22)
}

function localHeader(entry) {
  const header = Buffer.alloc(30)
  header.write('PK\x03\x04')
  writeCommon(header, 4, entry)
  return header
}

function centralHeader(entry) {
  const header = Buffer.alloc(46)
  header.write('PK\x01\x02')
  // Made by version 2.0 on Unix, so that the mode is one.
  header.writeUInt16LE((3 << 8) | 20, 4)
  writeCommon(header, 6, entry)
  header.writeUInt32LE((0o100000 | entry.mode) * 0x10000, 38)
  header.writeUInt32LE(entry.offset, 42)
  return header
}

function endRecord(count, length, offset) {
  const record = Buffer.alloc(22)
  record.write('PK\x05\x06')
  record.writeUInt16LE(count, 8)
  record.writeUInt16LE(count, 10)
  record.writeUInt32LE(length, 12)
  record.writeUInt32LE(offset, 16)
  return record
}
