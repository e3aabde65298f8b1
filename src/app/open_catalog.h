// The catalog as server and administration commands open it: data folder, master key, database.
#pragma once

#include "app/configuration.h"
#include "base/clock.h"
#include "crypto/random.h"
#include "store/catalog.h"
#include "store/secret_box.h"

#include <memory>

namespace casement::app {

enum class WhenMissing { create, refuse };

struct OpenCatalog {
    std::unique_ptr<store::SecretBox> secrets;  ///< outlives the catalog
    std::unique_ptr<store::Catalog> catalog;
};

/// Makes the data folder, mode 0700, when it is not there.
[[nodiscard]] Result<void> prepare_data_folder(const Configuration& configuration);

/// Blocking. `random` and `clock` must outlive the answer. With WhenMissing::create the data folder
/// (mode 0700), the key and the database are made when they are not there.
[[nodiscard]] Result<OpenCatalog> open_catalog(const Configuration& configuration,
                                               crypto::Random& random, const Clock& clock,
                                               WhenMissing when_missing);

/// "sqlite:/var/lib/casement/catalog.db" or the PostgreSQL URL.
[[nodiscard]] std::string catalog_database(const Configuration& configuration);
/// Path of the SQLite file with the sessions.
[[nodiscard]] std::string session_database(const Configuration& configuration);

}  // namespace casement::app
