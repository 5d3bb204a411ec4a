# Writes a C++ source with the files of a folder of migrations:
#   cmake -D FOLDER=db/migrations -D OUTPUT=built_in_migrations.cc -P cmake/embed_migrations.cmake
# Fails if a file is misnamed, or is an up without its down.
cmake_policy(VERSION 3.25)

file(GLOB files RELATIVE ${FOLDER} ${FOLDER}/*.sql)
list(SORT files)
set(ids "")
foreach(file ${files})
  if(NOT file MATCHES "^([0-9][0-9][0-9][0-9]_[a-z0-9_]+)\\.(up|down)\\.sql$")
    message(FATAL_ERROR "${FOLDER}/${file}: not named NNNN_name.up.sql or NNNN_name.down.sql")
  endif()
  list(APPEND ids ${CMAKE_MATCH_1})
endforeach()
list(REMOVE_DUPLICATES ids)

# In the source a text is a raw string, whose mark must not occur in it.
function(read_as_literal path result)
  if(NOT EXISTS ${path})
    message(FATAL_ERROR "${path}: missing; every migration has an up and a down")
  endif()
  file(READ ${path} text)
  if(text MATCHES "\\)migration\"")
    message(FATAL_ERROR "${path}: holds the mark )migration\"")
  endif()
  set(${result} "R\"migration(${text})migration\"" PARENT_SCOPE)
endfunction()

set(source "// Made by cmake/embed_migrations.cmake from db/migrations/.\n")
string(APPEND source "#include \"sql/migrations.h\"\n\nnamespace tintype::sql {\n\n")
string(APPEND source "const std::vector<Migration>& built_in_migrations() {\n")
string(APPEND source "  static const std::vector<Migration> kMigrations = {\n")
foreach(id ${ids})
  read_as_literal(${FOLDER}/${id}.up.sql up)
  read_as_literal(${FOLDER}/${id}.down.sql down)
  string(APPEND source "    {\"${id}\", ${up}, ${down}},\n")
endforeach()
string(APPEND source "  };\n  return kMigrations;\n}\n\n}  // namespace tintype::sql\n")
file(WRITE ${OUTPUT} "${source}")
