# Finds DuckDB's C library: a system libduckdb with its duckdb.h if there is one, else the two
# pinned npm packages that third_party/duckdb installs (library and header of one version).
#
# Target: DuckDB::DuckDB. DUCKDB_RUNTIME_LIBRARY is the file to ship when it is not the system's.
find_path(DUCKDB_INCLUDE_DIR duckdb.h)
find_library(DUCKDB_LIBRARY duckdb)

if(NOT (DUCKDB_INCLUDE_DIR AND DUCKDB_LIBRARY))
  set(_root ${CMAKE_SOURCE_DIR}/third_party/duckdb/node_modules)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
    set(_arch arm64)
  else()
    set(_arch x64)
  endif()
  find_path(DUCKDB_INCLUDE_DIR duckdb.h
    PATHS ${_root}/duckdb/src/duckdb/src/include NO_DEFAULT_PATH)
  find_library(DUCKDB_LIBRARY duckdb
    PATHS ${_root}/@duckdb/node-bindings-linux-${_arch} NO_DEFAULT_PATH)
  set(DUCKDB_RUNTIME_LIBRARY ${DUCKDB_LIBRARY})
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(DuckDB
  REQUIRED_VARS DUCKDB_LIBRARY DUCKDB_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "run 'make setup', or install libduckdb and its duckdb.h")

if(DuckDB_FOUND AND NOT TARGET DuckDB::DuckDB)
  # Only duckdb.h is wanted: the folder that npm ships beside it holds the engine's own headers.
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/duckdb-include)
  file(COPY_FILE ${DUCKDB_INCLUDE_DIR}/duckdb.h ${CMAKE_BINARY_DIR}/duckdb-include/duckdb.h
    ONLY_IF_DIFFERENT)
  add_library(DuckDB::DuckDB SHARED IMPORTED)
  set_target_properties(DuckDB::DuckDB PROPERTIES
    IMPORTED_LOCATION ${DUCKDB_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${CMAKE_BINARY_DIR}/duckdb-include)
endif()
mark_as_advanced(DUCKDB_INCLUDE_DIR DUCKDB_LIBRARY)
