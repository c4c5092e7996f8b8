using AgentChain.Blocks;
using AgentChain.Costs;
using AgentChain.Devices;
using AgentChain.Forecasts;
using AgentChain.Simulation;

namespace AgentChain.Benchmarks.Simulations.Workflows;

/// <summary>Runs the workflow through a chain of AgentChain's engine and its device scheduler, in virtual time.</summary>
static class WorkflowChain
{
    /// <summary>Returns the share of the turns that end within a deadline.</summary>
    public static double OnTime(WorkflowJob[] jobs, double deadline) => VirtualWorld.Run(async world =>
    {
        var costs = new CostBook();
        using var devices = new DeviceScheduler(
            WorkflowLoad.Devices.Select(device => new ComputeDevice(device.Name, DeviceKind.Cuda) { MaxLeases = 1 }),
            new EarliestFinishPolicy(costs));
        ChainBuilder<WorkflowJob, WorkflowJob> builder = Chain.From<WorkflowJob>("workflow");
        for (int i = 0; i < WorkflowLoad.Stages.Length; i++)
        {
            int stage = i;
            builder = builder.Then(WorkflowLoad.Stages[stage].Name, new Call(world, stage), o => o
                .On(DeviceKind.Cuda)
                .Cost(job => new CostFeatures { Items = job.Predicted[stage] })
                .CostOfTurn((WorkflowJob job) => new CostFeatures { Items = job.Predicted[stage] }));
        }

        await using Chain<WorkflowJob, WorkflowJob> chain = builder.Build(world.Options(o =>
        {
            (o.Costs, o.Devices, o.MaxTurns) = (costs, devices, jobs.Length);
            o.Budget = LatencyBudget.Total(TimeSpan.FromSeconds(deadline));
            o.Overload = new OverloadOptions();
        }));
        var turns = new List<Turn<WorkflowJob>>();
        foreach (WorkflowJob job in jobs)
        {
            await world.Delay(TimeSpan.FromSeconds(job.At) - world.Elapsed);
            turns.Add(chain.Start(job));
        }

        int onTime = 0;
        foreach (Turn<WorkflowJob> turn in turns)
        {
            onTime += (await turn.Completion).Outcome == TurnOutcome.Completed ? 1 : 0;
        }

        return (double)onTime / jobs.Length;
    });

    sealed class Call(VirtualWorld world, int stage) : IBlock<WorkflowJob, WorkflowJob>
    {
        public async ValueTask<WorkflowJob> InvokeAsync(WorkflowJob job, BlockContext context, CancellationToken cancellationToken)
        {
            double speed = WorkflowLoad.Devices.First(device => device.Name == context.Lease!.Device.Name).Speed;
            await world.Delay(TimeSpan.FromSeconds(job.Work[stage] / speed), cancellationToken);
            return job;
        }
    }
}
