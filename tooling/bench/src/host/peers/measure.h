/* The least and the median of some rounds, in nanoseconds of processor time for one thing. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* `act` says how many things it did; it is called `times` times in a round. */
static void measure(uint64_t (*act)(void), int rounds, int times)
{
	double *taken = calloc((size_t)rounds, sizeof(double));
	uint64_t things = 0;

	act();
	for (int round = 0; round < rounds; round++) {
		double start = now();

		things = 0;
		for (int i = 0; i < times; i++)
			things += act();
		taken[round] = (now() - start) / (double)things;
	}
	qsort(taken, (size_t)rounds, sizeof(double), compare);
	printf("{\"min\":%.1f,\"median\":%.1f,\"things\":%llu}\n", taken[0], taken[rounds / 2], (unsigned long long)things);
	free(taken);
}
