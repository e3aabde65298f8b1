# Installs the library into an empty folder, builds tests/consumer against it by CMake package and
# by pkg-config, and compares what the programs print with the known links.
set(expected "https://dash.example/sb/secure-embed/share-0001?token=296633d660c45eef76cd7971745ab7e8c54e20a98dc5e27c7188eead0ffa25b8&nonce=00112233445566778899aabbccddeeff&ts=1767225600
https://localhost:9443/login/embed/%2Fembed%2Fdashboards%2F1?permissions=%5B%22access_data%22%5D&models=%5B%22thelook%22%5D&signature=0p1dVl9dyIv4tpExzKKJzlNRV3iLFkXdZ05%2BcO1ZP7w%3D&nonce=%22n1%22&time=1700000000&session_length=300&external_user_id=%2257%22&access_filters=%7B%7D&force_logout_login=false")

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output
    ERROR_VARIABLE output OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${ARGN}\nfailed (${result}):\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()
function(expect_link name)
  if(NOT output STREQUAL expected)
    message(FATAL_ERROR "${name} printed\n${output}\ninstead of\n${expected}")
  endif()
endfunction()

file(REMOVE_RECURSE ${work})
file(MAKE_DIRECTORY ${work})
set(prefix ${work}/prefix)
run(${CMAKE_COMMAND} --install ${binary_dir} --component casement-sign --prefix ${prefix}
  --config ${config})

run(${CMAKE_COMMAND} -S ${consumer} -B ${work}/build -G ${generator}
  -D CMAKE_CXX_COMPILER=${compiler} -D CMAKE_PREFIX_PATH=${prefix} -D CMAKE_BUILD_TYPE=Release)
run(${CMAKE_COMMAND} --build ${work}/build --config Release)
foreach(program consumer consumer_static)
  run(${work}/build/${program})
  expect_link(${program})
endforeach()

find_program(pkg_config pkg-config)
file(GLOB pc_files ${prefix}/lib*/pkgconfig/casement-sign.pc
  ${prefix}/lib*/*/pkgconfig/casement-sign.pc)
list(LENGTH pc_files count)
if(NOT count EQUAL 1)
  message(FATAL_ERROR "One casement-sign.pc was expected below ${prefix}, found: ${pc_files}")
endif()
if(pkg_config)
  get_filename_component(pc_dir ${pc_files} DIRECTORY)
  set(ENV{PKG_CONFIG_PATH} ${pc_dir})
  run(${pkg_config} --cflags --libs casement-sign)
  separate_arguments(flags UNIX_COMMAND "${output}")
  run(${compiler} -std=c++17 ${consumer}/main.cpp ${flags} -o ${work}/by_pkg_config)
  run(${pkg_config} --variable=libdir casement-sign)
  set(ENV{LD_LIBRARY_PATH} ${output})
  run(${work}/by_pkg_config)
  expect_link(by_pkg_config)
else()
  message(STATUS "pkg-config is absent: the .pc file was only looked for")
endif()
