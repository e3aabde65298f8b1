// A PostgreSQL of one's own: a fresh cluster in a temporary folder, reached through a socket there.
#pragma once

#include "support/eventually.h"
#include "support/temp_dir.h"

#include <atomic>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <fcntl.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace casement::test {

class Postgres {
  public:
    Postgres() {
        data_ = folder_ / "data";
        // PostgreSQL refuses to run as root, so its folder belongs to its own user then.
        if (::geteuid() == 0) {
            const passwd* user = ::getpwnam("postgres");
            if (user == nullptr) throw std::runtime_error("there is no user postgres");
            if (::chown(folder_.path().c_str(), user->pw_uid, user->pw_gid) != 0) {
                throw std::runtime_error("chown failed");
            }
        }
        const pid_t initdb = start({program("initdb"), "-D", data_, "-U", "casement", "-A", "trust",
                                    "-E", "UTF8", "--locale=C", "--no-sync"});
        int status = 0;
        if (::waitpid(initdb, &status, 0) != initdb || status != 0) {
            throw std::runtime_error("initdb failed: is postgresql-15 installed?");
        }
        start_server();
    }
    ~Postgres() { stop_server(); }
    Postgres(const Postgres&) = delete;
    Postgres& operator=(const Postgres&) = delete;

    void start_server() {
        std::vector<std::string> arguments{
            program("postgres"), "-D", data_,       "-k", folder_.path(),        "-c",
            "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=100", "-p",
            std::to_string(port)};
        arguments.insert(arguments.end(), options.begin(), options.end());
        server_ = start(std::move(arguments));
        if (!eventually([&] { return answers(); }, std::chrono::seconds(120))) {
            throw std::runtime_error("PostgreSQL does not answer");
        }
    }

    /// As a crash does: connections break at once.
    void stop_server() {
        if (server_ <= 0) return;
        ::kill(server_, SIGQUIT);
        ::waitpid(server_, nullptr, 0);
        server_ = 0;
    }

    /// Where the socket is, and in it "data".
    [[nodiscard]] const std::string& folder() const { return folder_.path(); }
    /// Further arguments for the next start ("-c", "ssl=on").
    std::vector<std::string> options;
    /// From the next start on; part of the socket's name.
    int port = 5432;

    [[nodiscard]] std::string address(const std::string& database) const {
        return "host='" + folder_.path() + "' port=" + std::to_string(port) +
               " user=casement dbname=" + database;
    }

    /// The address of a database that nobody has used.
    [[nodiscard]] std::string fresh_database() {
        static std::atomic<int> count{0};
        const std::string name = "test" + std::to_string(++count);
        execute(address("postgres"), "CREATE DATABASE " + name);
        return address(name);
    }

    /// Text of the first column of the first row, or empty.
    static std::string execute(const std::string& address, const std::string& sql) {
        const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(PQconnectdb(address.c_str()),
                                                                      &PQfinish);
        const std::unique_ptr<PGresult, decltype(&PQclear)> result(
            PQexec(connection.get(), sql.c_str()), &PQclear);
        const auto status = PQresultStatus(result.get());
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
            throw std::runtime_error(PQerrorMessage(connection.get()));
        }
        return PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : "";
    }

  private:
    static std::string program(const std::string& name) {
        for (const auto* version : {"15", "16", "17"}) {
            std::string path = std::string("/usr/lib/postgresql/") + version + "/bin/" + name;
            if (std::filesystem::exists(path)) return path;
        }
        throw std::runtime_error(name + " is not there: install postgresql-15");
    }

    bool answers() const { return PQping(address("postgres").c_str()) == PQPING_OK; }

    pid_t start(std::vector<std::string> arguments) {
        if (::geteuid() == 0) {
            const std::vector<std::string> as_user{"/usr/bin/setpriv",
                                                   "--reuid=postgres",
                                                   "--regid=postgres",
                                                   "--clear-groups",
                                                   "--pdeathsig",
                                                   "QUIT",
                                                   "--"};
            arguments.insert(arguments.begin(), as_user.begin(), as_user.end());
        }
        std::vector<char*> pointers;
        for (auto& argument : arguments)
            pointers.push_back(argument.data());
        pointers.push_back(nullptr);
        const std::string log = folder_ / "log";
        posix_spawn_file_actions_t actions;
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_addchdir_np(&actions, folder_.path().c_str());
        ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(),
                                           O_WRONLY | O_CREAT | O_APPEND, 0600);
        ::posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
        // Not fork(): the allocator inside DuckDB's library takes all its locks for that, which are
        // more than the thread sanitizer can follow.
        pid_t child = 0;
        const int failed =
            ::posix_spawn(&child, pointers.front(), &actions, nullptr, pointers.data(), environ);
        ::posix_spawn_file_actions_destroy(&actions);
        if (failed != 0) throw std::runtime_error("cannot start " + arguments.front());
        return child;
    }

    TempDir folder_;
    std::string data_;
    pid_t server_ = 0;
};

/// One cluster for a whole test program, started when it is first asked for.
inline Postgres& postgres() {
    static Postgres cluster;
    return cluster;
}

}  // namespace casement::test
