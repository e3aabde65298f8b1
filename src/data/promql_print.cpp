// From the tree to text. Parentheses are nodes of the tree, so that none is made up or lost.
#include "base/encoding.h"
#include "data/promql_functions.h"
#include "data/promql_lexer.h"
#include "data/promql_parser.h"

#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace casement::data::promql {
namespace {

constexpr std::size_t kMaxPrinted = std::size_t{512} * 1024;

std::string number_text(double number) {
    if (std::isnan(number)) return "NaN";
    if (std::isinf(number)) return number < 0 ? "-Inf" : "Inf";
    std::array<char, 64> buffer{};
    const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    return {buffer.data(), written.ptr};
}

std::string_view op_text(Matcher::Op op) {
    switch (op) {
        case Matcher::Op::equal:
            return "=";
        case Matcher::Op::not_equal:
            return "!=";
        case Matcher::Op::match:
            return "=~";
        case Matcher::Op::not_match:
            return "!~";
    }
    return "=";
}

class Printer {
  public:
    void expr(const Expr& e) {
        switch (e.kind) {
            case Expr::Kind::number:
                out += number_text(e.number);
                break;
            case Expr::Kind::string:
                out += print_text(e.text);
                break;
            case Expr::Kind::vector:
                selector(e);
                modifiers(e);
                break;
            case Expr::Kind::matrix:
                selector(*e.args[0]);
                out += fmt::format("[{}]", print_duration(e.range_ms));
                modifiers(*e.args[0]);
                break;
            case Expr::Kind::subquery:
                expr(*e.args[0]);
                out += fmt::format("[{}:{}]", print_duration(e.range_ms),
                                   e.step_ms == 0 ? "" : print_duration(e.step_ms));
                modifiers(e);
                break;
            case Expr::Kind::call:
                out += e.text;
                arguments(e);
                break;
            case Expr::Kind::aggregate:
                aggregate(e);
                break;
            case Expr::Kind::unary:
                out += e.text;
                expr(*e.args[0]);
                break;
            case Expr::Kind::binary:
                binary(e);
                break;
            case Expr::Kind::paren:
                out += '(';
                expr(*e.args[0]);
                out += ')';
                break;
            case Expr::Kind::unknown:
                out += "NaN";
                break;
        }
    }

    void selector(const Expr& e) {
        out += e.text;
        if (e.matchers.empty()) return;
        out += '{';
        for (std::size_t i = 0; i < e.matchers.size(); ++i) {
            const auto& matcher = e.matchers[i];
            if (i > 0) out += ',';
            out += matcher.label;
            out += op_text(matcher.op);
            out += print_text(matcher.value);
        }
        out += '}';
    }

    std::string out;

  private:
    void modifiers(const Expr& e) {
        if (e.at == Expr::At::start) out += " @ start()";
        if (e.at == Expr::At::end) out += " @ end()";
        if (e.at == Expr::At::time) {
            const auto whole = std::abs(e.at_ms);
            out += fmt::format(" @ {}{}.{:03}", e.at_ms < 0 ? "-" : "", whole / 1000, whole % 1000);
        }
        if (e.offset_ms) {
            out += fmt::format(" offset {}{}", *e.offset_ms < 0 ? "-" : "",
                               print_duration(std::abs(*e.offset_ms)));
        }
    }

    void arguments(const Expr& e) {
        out += '(';
        for (std::size_t i = 0; i < e.args.size(); ++i) {
            if (i > 0) out += ", ";
            expr(*e.args[i]);
        }
        out += ')';
    }

    void aggregate(const Expr& e) {
        out += e.text;
        if (e.grouping != Expr::Grouping::none) {
            out += fmt::format(" {} ({}) ", e.grouping == Expr::Grouping::by ? "by" : "without",
                               fmt::join(e.labels, ", "));
        }
        arguments(e);
    }

    void binary(const Expr& e) {
        expr(*e.args[0]);
        out += fmt::format(" {}{}", e.text, e.returns_bool ? " bool" : "");
        if (e.matching != Expr::Matching::none) {
            out += fmt::format(" {} ({})", e.matching == Expr::Matching::on ? "on" : "ignoring",
                               fmt::join(e.labels, ", "));
        }
        if (e.group != Expr::Group::none) {
            out +=
                fmt::format(" {} ({})", e.group == Expr::Group::left ? "group_left" : "group_right",
                            fmt::join(e.included, ", "));
        }
        out += ' ';
        expr(*e.args[1]);
    }
};

}  // namespace

std::string print_text(std::string_view text) {
    const bool utf8 = is_utf8(text);  // an escape may have named a byte that is none
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (byte < 0x20 || byte == 0x7F || (byte > 0x7F && !utf8)) {
            out += fmt::format("\\x{:02x}", byte);
        } else {
            out += c;
        }
    }
    return out + '"';
}

std::string print_selector(const Expr& vector) {
    Printer printer;
    printer.selector(vector);
    return std::move(printer.out);
}

Result<std::string> print(const Expr& expr) {
    Printer printer;
    printer.expr(expr);
    if (printer.out.size() > kMaxPrinted) {
        return wrong_promql(0, "the expression is too long with its values in it");
    }
    return std::move(printer.out);
}

}  // namespace casement::data::promql
