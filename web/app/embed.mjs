// Writes page_files.cc (src/gateway/page_files.h): the files that Vite made, each as it is and compressed.
//
//   node embed.mjs FOLDER OUTPUT

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const [folder, output] = process.argv.slice(2);
/** Compression that saves less is not worth a second answer. */
const kWorth = 0.9;
const kLine = 4096;

/** A C++ string literal of any bytes. Octal escapes have three digits, so nothing after them belongs to them. */
function literal(bytes) {
  const parts = [];
  for (let at = 0; at < bytes.length; at += kLine) {
    let text = '';
    for (const byte of bytes.subarray(at, at + kLine)) {
      const isPlain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c && byte !== 0x3f;
      text += isPlain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`;
    }
    parts.push(`"${text}"`);
  }
  return parts.join('\n    ');
}

const isWorth = (small, bytes) => small.length < kWorth * bytes.length;

function forms(bytes) {
  const gzip = gzipSync(bytes, { level: 9 });
  const brotli = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
  const empty = Buffer.alloc(0);
  return [bytes, isWorth(gzip, bytes) ? gzip : empty, isWorth(brotli, bytes) ? brotli : empty];
}

const arrays = [];
const entries = [];
const names = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1))
  .sort();
for (const [index, name] of names.entries()) {
  const fields = forms(readFileSync(join(folder, name))).map((bytes, form) => {
    if (bytes.length === 0) return '{}';
    const array = `kFile${index}_${form}`;
    arrays.push(`constexpr char ${array}[] =\n    ${literal(bytes)};`);
    return `text_of(${array})`;
  });
  entries.push(`      {.name = "${name}", .content = ${fields[0]}, .gzip = ${fields[1]}, .brotli = ${fields[2]}},`);
}

writeFileSync(
  output,
  `// Made by web/app/embed.mjs. Do not edit.
#include "gateway/page_files.h"

#include <cstddef>

namespace tintype::gateway {

namespace {

${arrays.join('\n')}

/// Without the zero at the end.
template <std::size_t Size>
constexpr std::string_view text_of(const char (&text)[Size]) {
  return {text, Size - 1};
}

}  // namespace

std::vector<PageFile> page_files() {
  return {
${entries.join('\n')}
  };
}

}  // namespace tintype::gateway
`,
);
