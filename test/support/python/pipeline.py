# Runs in: a Python worker (tests). A small pipeline: a dataset is loaded, split, a model is trained of a part of it, and scored.
# Arguments: ADDRESS NAMESPACE TASK_QUEUE WORKFLOW_ID DATASET_URI. Runs one workflow, prints the id of its run, and ends.
import asyncio
import os
import sys
from dataclasses import dataclass
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker


@dataclass
class Table:
    uri: str
    rows: int


@dataclass
class Split:
    train: Table
    test: Table


@dataclass
class Model:
    uri: str
    weights: list[float]


@dataclass
class Report:
    model: Model
    accuracy: float


@activity.defn
async def load(uri: str) -> Table:
    return Table(uri=f"{uri}?snapshot=20261126", rows=150_211)


@activity.defn
async def split(table: Table) -> Split:
    return Split(Table(table.uri + "&part=train", 120_169), Table(table.uri + "&part=test", 30_042))


@activity.defn
async def train(table: Table) -> Model:
    if activity.info().attempt == 1:
        raise RuntimeError("no memory left")
    return Model("s3://models/churn-7f3a91.bin", [0.12345678, 0.87654321, table.rows / 7])


@activity.defn
async def score(model: Model, table: Table) -> float:
    return 0.91234567


@activity.defn
async def unrelated(name: str) -> str:
    return f"s3://other/{name}-20260101.csv"


@workflow.defn
class Pipeline:
    @workflow.run
    async def run(self, uri: str) -> Report:
        limits = {"start_to_close_timeout": timedelta(minutes=5), "retry_policy": RetryPolicy(initial_interval=timedelta(milliseconds=50))}
        other, table = await asyncio.gather(workflow.execute_activity(unrelated, "weather", **limits), workflow.execute_activity(load, uri, **limits))
        parts = await workflow.execute_activity(split, table, **limits)
        model = await workflow.execute_activity(train, parts.train, **limits)
        accuracy = await workflow.execute_activity(score, args=[model, parts.test], **limits)
        return Report(model=model, accuracy=accuracy)


async def main(address: str, namespace: str, task_queue: str, workflow_id: str, uri: str) -> None:
    client = await Client.connect(address, namespace=namespace)
    async with Worker(client, task_queue=task_queue, workflows=[Pipeline], activities=[load, split, train, score, unrelated]):
        handle = await client.start_workflow(Pipeline.run, uri, id=workflow_id, task_queue=task_queue)
        await handle.result()
        print(handle.first_execution_run_id)


# The SDK loads this module again for its sandbox.
if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
    # Python's own end crashes at times: threads of the SDK's native part still want the interpreter.
    sys.stdout.flush()
    os._exit(0)
