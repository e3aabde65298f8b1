# What `cmake --install` puts where, and the Debian package (`cpack -G DEB` in the build folder).
# Included once the target `casement` exists.
include(GNUInstallDirs)

# Paths like /etc do not move with a prefix, so this is for packages: prefix /usr, CPack's own.
install(TARGETS casement RUNTIME DESTINATION bin COMPONENT server)
string(FIND "${DUCKDB_LIBRARY}" "${CMAKE_SOURCE_DIR}/" _own)
if(_own EQUAL 0)
  # Not the system's library: it travels along, and the binary's RPATH finds it.
  install(FILES ${DUCKDB_LIBRARY} DESTINATION lib/casement RENAME libduckdb.so
    COMPONENT server)
endif()
install(FILES ${CMAKE_SOURCE_DIR}/packaging/casement.service
  DESTINATION lib/systemd/system COMPONENT server)
install(FILES ${CMAKE_SOURCE_DIR}/packaging/casement.yaml
  DESTINATION /etc/casement COMPONENT server)
install(FILES
  ${CMAKE_SOURCE_DIR}/docs/configuration.md
  ${CMAKE_SOURCE_DIR}/docs/operations.md
  ${CMAKE_SOURCE_DIR}/docs/provisioning.md
  DESTINATION share/doc/casement COMPONENT server)
install(FILES ${CMAKE_SOURCE_DIR}/LICENSE
  DESTINATION share/doc/casement RENAME copyright COMPONENT server)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME casement)
set(CPACK_PACKAGE_VENDOR Casement)
set(CPACK_PACKAGE_CONTACT "The Casement authors <casement@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${PROJECT_DESCRIPTION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL server)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION web)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Where dpkg-shlibdeps finds the library that the package itself brings.
if(_own EQUAL 0)
  get_filename_component(_duckdb_folder ${DUCKDB_LIBRARY} DIRECTORY)
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${_duckdb_folder})
endif()
set(CPACK_DEBIAN_PACKAGE_DEPENDS "passwd")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  ${CMAKE_SOURCE_DIR}/packaging/postinst
  ${CMAKE_SOURCE_DIR}/packaging/prerm
  ${CMAKE_SOURCE_DIR}/packaging/postrm
  ${CMAKE_SOURCE_DIR}/packaging/conffiles)
include(CPack)
