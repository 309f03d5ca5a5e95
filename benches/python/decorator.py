"""What people write by hand in Python: a read-through decorator around redis-py, with pickled values.

Reads orders, a line each, from its standard input, and answers each with a line:

    warm FIRST END                   has the values of these ids stored
    turn TASKS FIRST END SECONDS     calls in a second, and the microseconds that half and 99 % of them wait at most
"""

import asyncio
import functools
import pickle
import random
import sys
import time

import redis.asyncio as redis

SMALL, LARGE, EACH = 36, 1024, 10_000

pool = redis.BlockingConnectionPool.from_url(sys.argv[1], max_connections=50, timeout=None)
client = redis.Redis(connection_pool=pool)


async def get_object(key):
    found = await client.get(key)
    return None if found is None else pickle.loads(found)


async def save_object(key, value, expire=None):
    await client.set(key, pickle.dumps(value), ex=expire)


def read_through(key, ttl):
    def decorate(function):
        @functools.wraps(function)
        async def wrapper(id):
            name = key.format(id=id)
            value = await get_object(name)
            if value is None:
                value = await function(id)
                await save_object(name, value, ttl)
            return value

        return wrapper

    return decorate


@read_through("python:{id}", ttl=600)
async def user(id):
    return str(id).zfill(SMALL if id < EACH else LARGE)


async def warm(first, end):
    for id in range(first, end):
        await user(id)
    return "done"


async def turn(tasks, first, end, seconds):
    waits, start = [], time.perf_counter()

    async def ask():
        while time.perf_counter() < start + seconds:
            asked = time.perf_counter()
            await user(random.randrange(first, end))
            waits.append(time.perf_counter() - asked)

    await asyncio.gather(*(ask() for _ in range(tasks)))
    took = time.perf_counter() - start
    waits.sort()
    at = lambda part: waits[round((len(waits) - 1) * part)] * 1e6
    return f"{len(waits) / took} {at(0.5)} {at(0.99)}"


async def main():
    orders = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    print("ready", flush=True)
    while order := (await orders.readline()).decode().split():
        verb, numbers = order[0], order[1:]
        if verb == "warm":
            answer = await warm(*map(int, numbers))
        else:
            answer = await turn(*map(int, numbers[:3]), float(numbers[3]))
        print(answer, flush=True)


asyncio.run(main())
