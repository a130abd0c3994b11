/*
 * connection_chance.h - whether the worker's blocks of memory are counted now
 * (from 0 on); memory_blocks() of sim/memory.h tells how many there are.
 */
#ifndef CONTD_FUZZ_CONNECTION_CHANCE_H
#define CONTD_FUZZ_CONNECTION_CHANCE_H

#include <stdbool.h>

void count_blocks(bool yes);

#endif
