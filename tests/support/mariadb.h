// A MariaDB of one's own: a fresh data folder, reached through a socket there.
#pragma once

#include "support/eventually.h"
#include "support/temp_dir.h"

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <fcntl.h>
#include <mysql.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace casement::test {

class MariaDb {
  public:
    MariaDb() {
        data_ = folder_ / "data";
        socket_ = folder_ / "s";
        if (::geteuid() == 0) {
            const passwd* user = ::getpwnam("mysql");
            if (user == nullptr) throw std::runtime_error("there is no user mysql");
            user_ = user->pw_name;
            if (::chown(folder_.path().c_str(), user->pw_uid, user->pw_gid) != 0) {
                throw std::runtime_error("chown failed");
            }
        } else {
            user_ = ::getpwuid(::geteuid())->pw_name;
        }
        const pid_t install = start({"/usr/bin/mariadb-install-db", "--no-defaults",
                                     "--datadir=" + data_, "--user=" + user_,
                                     "--auth-root-authentication-method=normal", "--skip-test-db"});
        int status = 0;
        if (::waitpid(install, &status, 0) != install || status != 0) {
            throw std::runtime_error("mariadb-install-db failed: is mariadb-server installed?");
        }
        server_ =
            start({"/usr/sbin/mariadbd", "--no-defaults", "--datadir=" + data_,
                   "--socket=" + socket_, "--skip-networking", "--user=" + user_,
                   "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=16M",
                   "--pid-file=" + std::string(folder_ / "pid"), "--plugin-maturity=unknown"});
        if (!eventually([&] { return answers(); }, std::chrono::seconds(120))) {
            throw std::runtime_error("MariaDB does not answer");
        }
    }
    ~MariaDb() {
        if (server_ <= 0) return;
        ::kill(server_, SIGKILL);
        ::waitpid(server_, nullptr, 0);
    }
    MariaDb(const MariaDb&) = delete;
    MariaDb& operator=(const MariaDb&) = delete;

    [[nodiscard]] const std::string& socket() const { return socket_; }

    /// As root, without a database. The first cell of the first row, or empty.
    std::string execute(const std::string& sql) const {
        MYSQL mysql{};
        mysql_init(&mysql);
        const std::unique_ptr<MYSQL, decltype(&mysql_close)> connection(&mysql, &mysql_close);
        if (mysql_real_connect(&mysql, nullptr, "root", "", nullptr, 0, socket_.c_str(), 0) ==
                nullptr ||
            mysql_real_query(&mysql, sql.data(), sql.size()) != 0) {
            throw std::runtime_error(sql + ": " + mysql_error(&mysql));
        }
        const std::unique_ptr<MYSQL_RES, decltype(&mysql_free_result)> result(
            mysql_store_result(&mysql), &mysql_free_result);
        if (!result) return {};
        const MYSQL_ROW row = mysql_fetch_row(result.get());
        return row == nullptr || row[0] == nullptr ? "" : row[0];
    }

  private:
    bool answers() const {
        MYSQL mysql{};
        mysql_init(&mysql);
        const bool good = mysql_real_connect(&mysql, nullptr, "root", "", nullptr, 0,
                                             socket_.c_str(), 0) != nullptr;
        mysql_close(&mysql);
        return good;
    }

    pid_t start(std::vector<std::string> arguments) {
        std::vector<char*> pointers;
        for (auto& argument : arguments)
            pointers.push_back(argument.data());
        pointers.push_back(nullptr);
        const std::string log = folder_ / "log";
        posix_spawn_file_actions_t actions;
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(),
                                           O_WRONLY | O_CREAT | O_APPEND, 0600);
        ::posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
        pid_t pid = 0;
        const int failed =
            ::posix_spawn(&pid, pointers[0], &actions, nullptr, pointers.data(), environ);
        ::posix_spawn_file_actions_destroy(&actions);
        if (failed != 0) throw std::runtime_error(arguments[0] + " does not start");
        return pid;
    }

    TempDir folder_;
    std::string data_;
    std::string socket_;
    std::string user_;
    pid_t server_ = 0;
};

}  // namespace casement::test
