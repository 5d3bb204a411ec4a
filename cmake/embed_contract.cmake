# Writes a C++ source with the OpenAPI document:
#   cmake -D FILE=docs/api/openapi.json -D OUTPUT=contract_document.cc -P cmake/embed_contract.cmake
cmake_policy(VERSION 3.25)

file(READ ${FILE} text)
# In the source it is a raw string, whose mark must not occur in it.
if(text MATCHES "\\)contract\"")
  message(FATAL_ERROR "${FILE}: holds the mark )contract\"")
endif()
set(source "// Made by cmake/embed_contract.cmake from docs/api/openapi.json.\n")
string(APPEND source "#include \"node/contract.h\"\n\nnamespace tintype {\n\n")
string(APPEND source "const std::string_view kContractDocument =\n")
string(APPEND source "    R\"contract(${text})contract\";\n\n")
string(APPEND source "}  // namespace tintype\n")
file(WRITE ${OUTPUT} "${source}")
