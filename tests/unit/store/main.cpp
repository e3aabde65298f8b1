#include "crash_child.h"

#include <gtest/gtest.h>

int main(int argc, char** argv) {
    casement::store::become_crash_child_if_asked(argc, argv);
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
