# MariaDB's client library as Debian packages it. Target MariaDB::MariaDB.
find_path(MARIADB_INCLUDE_DIR mysql.h PATH_SUFFIXES mariadb)
find_library(MARIADB_LIBRARY mariadb)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(MariaDB REQUIRED_VARS MARIADB_LIBRARY MARIADB_INCLUDE_DIR)
if(MariaDB_FOUND AND NOT TARGET MariaDB::MariaDB)
  add_library(MariaDB::MariaDB UNKNOWN IMPORTED)
  set_target_properties(MariaDB::MariaDB PROPERTIES
    IMPORTED_LOCATION ${MARIADB_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${MARIADB_INCLUDE_DIR})
endif()
