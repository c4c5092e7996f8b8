using AgentChain.Costs;
using AgentChain.Devices;
using AgentChain.Simulation;

namespace AgentChain.Tests.Devices;

/// <summary>
/// Turns of conversations that arrive at random and run one block on one of several devices, in virtual time: each lane runs one turn after
/// the other, and a conversation's state lies where its last turn ran.
/// </summary>
sealed record PolicySimulation
{
    /// <summary>How many times as long as on the fastest device a turn takes on each device.</summary>
    public required double[] Slowness { get; init; }

    /// <summary>The lanes of each device; 1 if not given.</summary>
    public int[] Lanes { get; init; } = [];

    /// <summary>The share of the devices' capacity that arrives.</summary>
    public required double Load { get; init; }

    /// <summary>The median time of a turn on the fastest device, and how widely it varies.</summary>
    public double Median { get; init; } = 100;

    public double Spread { get; init; } = 0.5;

    /// <summary>The number of conversations, and what it costs to have the state of one elsewhere; 0 for turns without state.</summary>
    public int Conversations { get; init; }

    public double Rebuild { get; init; }

    /// <summary>Whether the block tells the size of its inputs, and the chain learns what they cost.</summary>
    public bool IsPredicted { get; init; } = true;

    public int Turns { get; init; } = 1500;

    /// <summary>Returns the latencies of the turns in ascending order.</summary>
    public double[] Run(IDevicePlacementPolicy policy, int seed) => VirtualWorld.Run(async world =>
    {
        ComputeDevice[] devices = [.. Slowness.Select((_, i) => new ComputeDevice($"d{i}", DeviceKind.Other) { Lanes = LanesOf(i), MaxLeases = 10_000 })];
        SimulatedDevice[] machines = [.. Slowness.Select((_, i) => new SimulatedDevice(world.Clock, LanesOf(i)))];
        Dictionary<int, int> homes = [];
        using var scheduler = new DeviceScheduler(devices, policy) { Time = world.Clock };
        await using Chain<Job, int> chain = Chain.From<Job>("simulation")
            .Then("work", async (job, context, token) =>
            {
                int at = Array.FindIndex(devices, device => ReferenceEquals(device, context.Lease!.Device));
                double time = (job.Size * Slowness[at]) + (homes.TryGetValue(job.Conversation, out int home) && home != at ? Rebuild : 0);
                if (job.Conversation > 0)
                {
                    homes[job.Conversation] = at;
                }

                await machines[at].RunAsync(TimeSpan.FromMilliseconds(time), speculative: false, token);
                return at;
            }, o =>
            {
                o.On(DeviceRequest.Any).StaysWith(job => homes.TryGetValue(job.Conversation, out int home)
                    ? new DeviceAffinity(devices[home].Name) { Rebuild = TimeSpan.FromMilliseconds(Rebuild) }
                    : default);
                if (IsPredicted)
                {
                    o.Cost(job => new CostFeatures { Tokens = job.Size });
                }
            })
            .Build(world.Options(o =>
            {
                o.Devices = scheduler;
                o.Costs = IsPredicted ? new CostBook() : null;
                o.MaxTurns = 100_000;
            }));

        var random = new Random(seed);
        double capacity = Slowness.Select((slowness, i) => LanesOf(i) / slowness).Sum();
        double gap = Median * Math.Exp(Spread * Spread / 2) / (capacity * Load);
        List<Task<double>> turns = [];
        for (int i = 0; i < Turns; i++)
        {
            await world.Delay(-Math.Log(1 - random.NextDouble()) * gap);
            double size = Median * Math.Exp(Spread * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
            turns.Add(TimeAsync(new Job(size, Conversations == 0 ? 0 : 1 + random.Next(Conversations))));
        }

        double[] all = await Task.WhenAll(turns);
        Assert.Equal(0, scheduler.OpenLeases);
        return all.Order().ToArray();

        async Task<double> TimeAsync(Job job)
        {
            TimeSpan from = world.Elapsed;
            await chain.RunAsync(job);
            return (world.Elapsed - from).TotalMilliseconds;
        }
    });

    int LanesOf(int device) => device < Lanes.Length ? Lanes[device] : 1;

    internal readonly record struct Job(double Size, int Conversation);
}
