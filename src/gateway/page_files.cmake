# Writes OUTPUT, a .cc that holds each of FILES as an array of bytes (page_files.h).
set(arrays "")
set(entries "")
set(index 0)
foreach(file ${FILES})
  file(READ ${file} hex HEX)
  string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  get_filename_component(name ${file} NAME)
  string(APPEND arrays "constexpr unsigned char kFile${index}[] = {\n${bytes}};\n")
  string(APPEND entries "    {\"${name}\", text_of(kFile${index})},\n")
  math(EXPR index "${index} + 1")
endforeach()
file(WRITE ${OUTPUT} "// Made by src/gateway/page_files.cmake from web/app. Do not edit.
#include \"gateway/page_files.h\"

#include <cstddef>

namespace tintype::gateway {

namespace {

${arrays}
template <std::size_t Size>
std::string_view text_of(const unsigned char (&bytes)[Size]) {
  return {reinterpret_cast<const char*>(bytes), Size};
}

}  // namespace

std::vector<PageFile> page_files() {
  return {
${entries}  };
}

}  // namespace tintype::gateway
")
