# cmake -DEXECUTABLE=file -DPREFIX=room/ -DENTRIES=file -P list_entries.cmake: the ctest entries of a gtest executable.
#
# A suite is one entry, so that its process (libtorch alone takes half a second to load) and its set-up are paid for
# once. A test with a parameter is an entry of its own: these are long, and run side by side. Entries start in the order
# of COST.
execute_process(COMMAND ${EXECUTABLE} --gtest_list_tests OUTPUT_VARIABLE listed COMMAND_ERROR_IS_FATAL ANY)
string(REPLACE "\n" ";" listed "${listed}")

set(script "")
# A suite is skipped if all of its tests are.
set(properties [=[TIMEOUT 900 SKIP_REGULAR_EXPRESSION "\\[  PASSED  \\] 0 tests\\.\n(\\[  SKIPPED \\] [^\n]*\n)+$"]=])
macro(add_entry filter cost)
  string(REGEX REPLACE "\\.\\*$" "" entry "${PREFIX}${filter}")
  string(APPEND script "add_test(\"${entry}\" \"${EXECUTABLE}\" \"--gtest_filter=${filter}\")\n"
                       "set_tests_properties(\"${entry}\" PROPERTIES COST ${cost} ${properties})\n")
endmacro()

set(tests 0)
foreach(line IN LISTS listed)
  string(REGEX REPLACE " *#.*" "" line "${line}")
  if(line MATCHES "^  (.*)")
    set(test ${CMAKE_MATCH_1})
    if(suite MATCHES "/")
      add_entry(${suite}${test} 100)
    else()
      math(EXPR tests "${tests} + 1")
    endif()
  else()
    if(tests)
      add_entry("${suite}*" ${tests})
    endif()
    set(tests 0)
    set(suite ${line})
  endif()
endforeach()
file(WRITE ${ENTRIES} "${script}")
