# casement_room(NAME USES room... LINKS target...): the static library of one room of the house,
# made of every .cpp in the current folder and below.
function(casement_room name)
  cmake_parse_arguments(ARG "" "" "USES;LINKS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  list(TRANSFORM ARG_USES PREPEND casement_)
  add_library(casement_${name} STATIC ${sources})
  target_link_libraries(casement_${name} PUBLIC casement_flags ${ARG_USES} ${ARG_LINKS})
endfunction()
