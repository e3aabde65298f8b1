# casement_embed_assets(target): builds the web bundles of web/dist into a target as embedded_assets().
#
# CASEMENT_WITHOUT_WEB: ON builds a program without web pages, OFF insists on them, AUTO takes them
# when they have been built.
set(CASEMENT_WITHOUT_WEB AUTO CACHE STRING "Build without the web pages: ON, OFF or AUTO")
set_property(CACHE CASEMENT_WITHOUT_WEB PROPERTY STRINGS AUTO ON OFF)

function(casement_embed_assets target)
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
  set(dist ${CMAKE_SOURCE_DIR}/web/dist)
  set(script ${CMAKE_SOURCE_DIR}/scripts/embed_assets.py)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/assets)
  # Looked at in every build, so that pages built later are found.
  file(GLOB manifest CONFIGURE_DEPENDS ${dist}/manifest.json)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${dist}/*)

  if(CASEMENT_WITHOUT_WEB STREQUAL "AUTO")
    if(manifest)
      set(without OFF)
    else()
      set(without ON)
    endif()
  else()
    set(without ${CASEMENT_WITHOUT_WEB})
  endif()

  if(without)
    message(STATUS "Web pages: none (CASEMENT_WITHOUT_WEB=${CASEMENT_WITHOUT_WEB})")
    set(source --none)
    set(files "")
  elseif(manifest)
    set(source --manifest ${dist}/manifest.json)
  else()
    message(FATAL_ERROR "web/dist/manifest.json is missing: the web pages have not been built. "
      "Run make web, or configure with -DCASEMENT_WITHOUT_WEB=ON for a program without pages.")
  endif()

  add_custom_command(
    OUTPUT ${out}/embedded_assets.cpp
    COMMAND Python3::Interpreter ${script} ${source} --out ${out}
    DEPENDS ${script} ${files}
    COMMENT "Embedding the web pages"
    VERBATIM)
  target_sources(${target} PRIVATE ${out}/embedded_assets.cpp)
endfunction()
