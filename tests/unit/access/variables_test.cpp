#include "access/variables.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace casement::access {
namespace {

using dashboards::Variable;

Variable airport() {
    Variable variable;
    variable.name = "airport";
    variable.type = Variable::Type::list;
    variable.choices = {{"ATL", "Atlanta"}, {"ORD", "Chicago"}, {"SFO", "San Francisco"}};
    variable.defaults = {"ATL"};
    return variable;
}

dashboards::Dashboard dashboard_with(Variable variable) {
    dashboards::Dashboard dashboard;
    dashboard.variables.push_back(std::move(variable));
    return dashboard;
}

ShareSettings listing(std::vector<std::string> defaults, std::vector<std::string> visible) {
    ShareSettings settings;
    settings.variables.push_back({"airport", "", std::move(defaults), std::move(visible)});
    return settings;
}

struct Case {
    Variable variable = airport();
    ShareSettings settings;

    [[nodiscard]] VariableRule rule() const {
        // The rule points into the dashboard, which must outlive it here.
        static dashboards::Dashboard kept;
        kept = dashboard_with(variable);
        return variable_rules(kept, settings).front();
    }
    [[nodiscard]] std::string ask(std::vector<std::string> values) const {
        const auto dashboard = dashboard_with(variable);
        const auto applied =
            apply_rules(variable_rules(dashboard, settings), {{"airport", std::move(values)}});
        return applied ? "ok" : std::string(applied.error().code);
    }
    [[nodiscard]] std::vector<std::string> unasked() const {
        const auto dashboard = dashboard_with(variable);
        const auto applied = apply_rules(variable_rules(dashboard, settings), {});
        return applied ? applied->at("airport") : std::vector<std::string>{"refused"};
    }
};

TEST(VariableRules, AnUnlistedVariableIsLockedToTheDashboardsDefault) {
    const Case c;
    EXPECT_EQ(c.rule().mode, VariableMode::locked);
    EXPECT_EQ(c.ask({"ORD"}), "variable_locked");
    EXPECT_EQ(c.ask({"ATL"}), "ok");
    EXPECT_EQ(c.unasked(), std::vector<std::string>{"ATL"});
}

TEST(VariableRules, WithoutVisibleTagsItIsLockedToTheSharesDefault) {
    Case c;
    c.settings = listing({"ORD"}, {});
    EXPECT_EQ(c.rule().mode, VariableMode::locked);
    EXPECT_EQ(c.unasked(), std::vector<std::string>{"ORD"});
    EXPECT_EQ(c.ask({"ATL"}), "variable_locked");
}

TEST(VariableRules, VisibleTagsEqualToTheDefaultLockIt) {
    Case c;
    c.settings = listing({"ORD"}, {"ORD"});
    EXPECT_EQ(c.rule().mode, VariableMode::locked);
    c.settings = listing({"*"}, {"*"});
    EXPECT_EQ(c.rule().mode, VariableMode::locked);
    EXPECT_EQ(c.ask({"ORD"}), "variable_locked");
}

TEST(VariableRules, AnEmptyTextInAShareIsNoValueUnlessTheVariableIsAText) {
    Case c;
    c.settings = listing({""}, {});
    EXPECT_EQ(c.unasked(), std::vector<std::string>{"refused"});
    c.settings = listing({"ORD", ""}, {""});
    EXPECT_EQ(c.rule().mode, VariableMode::locked);
    EXPECT_EQ(c.unasked(), std::vector<std::string>{"ORD"});
    c.settings = listing({"ATL"}, {"ATL", "ORD", ""});
    EXPECT_EQ(c.ask({""}), "value_not_allowed");
    c.variable.type = Variable::Type::text;
    c.variable.choices.clear();
    c.settings = listing({""}, {});
    EXPECT_EQ(c.unasked(), std::vector<std::string>{""});
}

TEST(VariableRules, VisibleTagsBoundIt) {
    Case c;
    c.settings = listing({"ORD"}, {"ORD", "SFO"});
    EXPECT_EQ(c.rule().mode, VariableMode::bounded);
    EXPECT_EQ(c.ask({"SFO"}), "ok");
    EXPECT_EQ(c.ask({"ATL"}), "value_not_allowed");
    EXPECT_EQ(c.ask({"*"}), "value_not_allowed");
}

TEST(VariableRules, ADefaultOutsideTheBoundsIsNotShown) {
    Case c;
    c.settings = listing({}, {"ORD", "SFO"});  // the dashboard's own default is ATL
    EXPECT_EQ(c.unasked(), std::vector<std::string>{"ORD"});
    c.settings = listing({"ATL"}, {"ORD", "SFO"});
    EXPECT_EQ(c.unasked(), std::vector<std::string>{"ORD"});
}

TEST(VariableRules, AStarFreesIt) {
    Case c;
    c.settings = listing({"ORD"}, {"*"});
    EXPECT_EQ(c.rule().mode, VariableMode::free);
    EXPECT_EQ(c.ask({"SFO"}), "ok");
    EXPECT_EQ(c.ask({"JFK"}), "value_not_allowed");  // not one of the list
    EXPECT_EQ(c.ask({"*"}), "value_not_allowed");    // the author does not offer all at once
    c.variable.include_all = true;
    EXPECT_EQ(c.ask({"*"}), "ok");
}

TEST(VariableRules, TwoEntriesOfOneNameOpenNothing) {
    Case c;
    c.settings = listing({"ORD"}, {"*"});
    c.settings.variables.push_back({"airport", "", {"SFO"}, {"*"}});
    EXPECT_EQ(c.rule().mode, VariableMode::locked);
    EXPECT_EQ(c.unasked(), std::vector<std::string>{"ATL"});
}

TEST(VariableRules, ALockedVariableWithoutAnyValueIsRefusedNotUnfiltered) {
    Case c;
    c.variable.defaults.clear();
    EXPECT_EQ(c.unasked(), std::vector<std::string>{"refused"});
}

TEST(VariableRules, OneValueMeansOneValue) {
    Case c;
    c.settings = listing({"ORD"}, {"*"});
    EXPECT_EQ(c.ask({"ATL", "SFO"}), "too_many_values");
    EXPECT_EQ(c.ask({}), "no_value");
    c.variable.multi = true;
    EXPECT_EQ(c.ask({"ATL", "SFO"}), "ok");
    EXPECT_EQ(c.ask({}), "no_value");
}

TEST(VariableRules, UnknownNamesAreRefused) {
    const auto dashboard = dashboard_with(airport());
    const auto applied = apply_rules(variable_rules(dashboard, {}), {{"tenant", {"x"}}});
    ASSERT_FALSE(applied);
    EXPECT_EQ(applied.error().code, "unknown_variable");
}

TEST(VariableRules, NoWishEverLeavesTheBounds) {
    EXPECT_TRUE(rc::check([](std::vector<std::string> wish) {
        Case c;
        c.variable.multi = true;
        c.settings = listing({"ORD"}, {"ORD", "SFO"});
        const auto dashboard = dashboard_with(c.variable);
        const auto applied =
            apply_rules(variable_rules(dashboard, c.settings), {{"airport", std::move(wish)}});
        if (!applied) return;
        for (const auto& value : applied->at("airport")) {
            RC_ASSERT(value == "ORD" || value == "SFO");
        }
    }));
}

TEST(VariableRules, AShareThatOpensItsVariablesOpensThemForWhatTheyOffer) {
    Case c;
    c.settings.variables_selectable = true;
    EXPECT_EQ(c.rule().mode, VariableMode::free);
    EXPECT_TRUE(c.rule().only_offered);
    EXPECT_EQ(c.ask({"ORD"}), "ok");
    EXPECT_EQ(c.ask({"LAX"}), "value_not_allowed");
    EXPECT_EQ(c.ask({"*"}), "value_not_allowed");
    EXPECT_EQ(c.unasked(), std::vector<std::string>{"ATL"});
}

TEST(VariableRules, OpeningVariablesOpensNoTextAndNothingThatStandsForAnAttribute) {
    Case text;
    text.settings.variables_selectable = true;
    text.variable.type = Variable::Type::text;
    EXPECT_EQ(text.ask({"anything"}), "variable_locked");

    Case attribute;
    attribute.settings.variables_selectable = true;
    attribute.variable.attribute = "home";
    EXPECT_EQ(attribute.ask({"ORD"}), "variable_locked");
}

TEST(VariableRules, OpeningVariablesOpensSourcesThatHaveAPicker) {
    Case shown;
    shown.settings.variables_selectable = true;
    shown.variable.type = Variable::Type::source;
    EXPECT_EQ(shown.ask({"metrics"}), "ok");  // whether there is one is decided where it is used

    Case hidden;
    hidden.settings.variables_selectable = true;
    hidden.variable.type = Variable::Type::source;
    hidden.variable.hidden = true;
    EXPECT_EQ(hidden.ask({"metrics"}), "variable_locked");
}

TEST(VariableRules, WhatTheShareSaysOfOneVariableGoesBeforeThatAllAreOpen) {
    Case c;
    c.settings = listing({"SFO"}, {});
    c.settings.variables_selectable = true;
    EXPECT_EQ(c.ask({"ORD"}), "variable_locked");
    EXPECT_EQ(c.unasked(), std::vector<std::string>{"SFO"});

    // Two entries of one name open nothing, here as elsewhere.
    c.settings.variables.push_back(c.settings.variables.front());
    EXPECT_EQ(c.ask({"ORD"}), "variable_locked");
}

TEST(VariableRules, OnlyWhatAQueryOffersNowMayBeChosen) {
    const auto dashboard = dashboard_with(airport());
    ShareSettings settings;
    settings.variables_selectable = true;
    const auto rule = variable_rules(dashboard, settings).front();
    EXPECT_TRUE(check_offered(rule, {"ORD"}, {{"ORD", ""}}));
    EXPECT_TRUE(check_offered(rule, {"*"}, {}));
    EXPECT_TRUE(check_offered(rule, {"ATL"}, {}));  // the author's own
    EXPECT_EQ(check_offered(rule, {"ORD", "LAX"}, {{"ORD", ""}}).error().code, "value_not_allowed");
}

}  // namespace
}  // namespace casement::access
