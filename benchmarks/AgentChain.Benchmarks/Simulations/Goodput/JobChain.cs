using AgentChain.Blocks;
using AgentChain.Costs;
using AgentChain.Simulation;

namespace AgentChain.Benchmarks.Simulations.Goodput;

/// <summary>Runs the jobs through a chain of AgentChain's engine in virtual time.</summary>
static class JobChain
{
    /// <summary>Runs the jobs and returns the share that was on time, and the share of the servers' time that went to others.</summary>
    /// <param name="jobs">The jobs.</param>
    /// <param name="overload">What the chain does under overload; null for nothing.</param>
    /// <param name="predicts">Whether the chain is given the prediction of each turn; otherwise, it learns how long blocks usually take.</param>
    public static (double OnTime, double Waste) Run(Job[] jobs, OverloadOptions? overload, bool predicts)
    {
        ArrivalTrace arrivals = ArrivalTrace.From(
            jobs.Select(job => new Arrival { Row = job.Row, Time = TimeSpan.FromSeconds(job.At) }), "jobs");
        SimulationRun run = Simulator.Run(
            setup => Build(setup, overload, predicts),
            arrival => jobs[arrival.Row],
            arrivals,
            Workload.Stages.Select(stage => new DeviceGroup(stage.Name, stage.Servers)),
            new() { Objective = LatencyBudget.Total(TimeSpan.FromSeconds(Workload.Limit)), MaxParallel = 1 }).All;
        return (run.Attainment, run.Waste);
    }

    static Chain<Job, Job> Build(SimulationSetup setup, OverloadOptions? overload, bool predicts)
    {
        ChainBuilder<Job, Job> chain = Chain.From<Job>("goodput");
        for (int i = 0; i < Workload.Stages.Length; i++)
        {
            int stage = i;
            (string name, int median, _, int servers) = Workload.Stages[i];
            chain = chain.Then(name, new Stage(setup.Device(name), stage), o =>
            {
                o.Concurrency(servers).Cost(predicts ? new AffineCost { EachItem = TimeSpan.FromSeconds(1) } : CostModel.Constant(median.Milliseconds()));
                if (predicts)
                {
                    o.Cost(job => new CostFeatures { Items = job.Predicted[stage] })
                        .CostOfTurn((Job job) => new CostFeatures { Items = job.Predicted[stage] });
                }
            });
        }

        return chain.Build(setup.Options(o =>
        {
            o.Budget = LatencyBudget.Total(TimeSpan.FromSeconds(Workload.Limit));
            o.MaxTurns = 100_000;
            o.Overload = overload;
        }));
    }

    sealed class Stage(SimulatedDevice device, int stage) : IBlock<Job, Job>
    {
        public async ValueTask<Job> InvokeAsync(Job job, BlockContext context, CancellationToken cancellationToken)
        {
            await device.RunAsync(TimeSpan.FromSeconds(job.Work[stage]), context, cancellationToken);
            return job;
        }
    }
}
