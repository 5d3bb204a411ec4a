# tintype_module(bucket DEPENDS base http)
#   One folder, one library, one test program: *.cc makes the library, *_test.cc the test, which
#   ctest runs under the module's name. Dependencies between folders are dependencies between
#   targets; what only the test needs is named behind TEST_DEPENDS. With FOLDERS, the folders named
#   there belong to it as well.
#
# tintype_runs_once(main.cc ...)
#   What runs once is not optimised where developers build: it costs more than it saves, above all
#   with sanitizers. Of tests that is their own code, not the module under test.
function(tintype_runs_once)
  set_source_files_properties(${ARGV} PROPERTIES COMPILE_OPTIONS "$<$<CONFIG:Debug>:-O0>")
endfunction()

function(tintype_module name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "FOLDERS;DEPENDS;TEST_DEPENDS")
  set(source_globs *.cc)
  set(test_globs *_test.cc)
  foreach(folder ${arg_FOLDERS})
    list(APPEND source_globs ${folder}/*.cc)
    list(APPEND test_globs ${folder}/*_test.cc)
  endforeach()
  file(GLOB sources CONFIGURE_DEPENDS ${source_globs})
  file(GLOB tests CONFIGURE_DEPENDS ${test_globs})
  list(REMOVE_ITEM sources ${tests} "")
  add_library(${name} STATIC ${sources})
  target_link_libraries(${name} PUBLIC tintype_options ${arg_DEPENDS})
  if(tests AND TINTYPE_TESTS)
    tintype_runs_once(${tests})
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE ${name} ${arg_TEST_DEPENDS}
      GTest::gtest GTest::gtest_main)
    add_test(NAME ${name} COMMAND ${name}_test WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  endif()
endfunction()
