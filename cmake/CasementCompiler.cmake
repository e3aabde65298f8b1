# Compiler, warnings, sanitizers, cache: the same for every target.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  message(FATAL_ERROR "g++ ${CMAKE_CXX_COMPILER_VERSION} miscompiles coroutines. "
    "Use clang 19 (cmake --preset release) or g++ 13 or newer.")
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

find_program(CASEMENT_CCACHE ccache)
if(CASEMENT_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${CASEMENT_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CASEMENT_CCACHE})
endif()

add_library(casement_flags INTERFACE)
target_compile_options(casement_flags INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Werror -fstack-protector-strong
  # Lines, not whole types: enough for a backtrace, and half the link time.
  $<$<CXX_COMPILER_ID:Clang>:-gline-tables-only>)
target_compile_definitions(casement_flags INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
  BOOST_ASIO_NO_DEPRECATED
  # An empty optional or an index past the end stops the program instead of reading what is there.
  _GLIBCXX_ASSERTIONS
  $<$<CONFIG:Release>:_FORTIFY_SOURCE=2>)
target_include_directories(casement_flags INTERFACE ${CMAKE_SOURCE_DIR}/src)

if(CASEMENT_SANITIZE)
  target_compile_options(casement_flags INTERFACE
    -fsanitize=${CASEMENT_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(casement_flags INTERFACE -fsanitize=${CASEMENT_SANITIZE})
endif()
if(CASEMENT_FUZZERS)
  target_compile_options(casement_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

find_program(CASEMENT_LLD NAMES ld.lld-19 ld.lld)
if(CASEMENT_LLD AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_link_options(casement_flags INTERFACE --ld-path=${CASEMENT_LLD})
endif()
