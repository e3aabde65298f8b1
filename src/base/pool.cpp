#include "base/pool.h"

namespace casement {

BlockingPool::BlockingPool(std::string name, unsigned threads)
    : name_(std::move(name)), threads_(threads == 0 ? 1 : threads) {}

BlockingPool::~BlockingPool() {
    join();
}

void BlockingPool::join() {
    threads_.join();
}

}  // namespace casement
