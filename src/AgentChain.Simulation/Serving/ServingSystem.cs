using System.Diagnostics.CodeAnalysis;

namespace AgentChain.Simulation;

/// <summary>The devices of a replay, and the way of a request through them. Lives in one <see cref="VirtualWorld"/>.</summary>
/// <remarks>
/// <code>
///   colocated, chunked:   device with the fewest requests: prompt, then sequence
///   disaggregated:        reader with the fewest: prompt ── transfer ── other device with the fewest: sequence
/// </code>
/// Another setup is that of the requests that arrive from then on; those inside stay on their devices, of which the steps change.
/// </remarks>
sealed class ServingSystem
{
    readonly VirtualWorld _world;
    readonly ServingOptions _options;
    readonly SimulatedBatchDevice[] _devices;
    ServingSetup _setup;

    public ServingSystem(VirtualWorld world, ServingOptions options, ServingSetup setup)
    {
        (_world, _options) = (world, options);
        _devices = [.. Enumerable.Range(0, options.Devices).Select(_ => new SimulatedBatchDevice(world.Clock, options.Batching))];
        Setup = setup;
    }

    /// <summary>The setup for the requests that arrive from now on.</summary>
    public ServingSetup Setup
    {
        get => _setup;
        [MemberNotNull(nameof(_setup))]
        set
        {
            _setup = value;
            foreach (SimulatedBatchDevice device in _devices)
            {
                device.ChunkTokens = value.ChunkTokens;
            }
        }
    }

    /// <summary>Serves a request.</summary>
    public async Task<ServedRequest> ServeAsync(Arrival arrival)
    {
        TimeSpan arrived = _world.Elapsed;
        bool isApart = _setup.Mode == ServingMode.Disaggregated;
        SimulatedBatchDevice reader = Fewest(0, isApart ? _options.Readers : _devices.Length);
        await reader.PromptAsync(Math.Max(1, arrival.InputTokens));
        TimeSpan first = _world.Elapsed;
        int more = Math.Max(0, arrival.OutputTokens) - 1;
        if (more <= 0)
        {
            return new(first - arrived, TimeSpan.Zero);
        }

        SimulatedBatchDevice writer = isApart ? Fewest(_options.Readers, _devices.Length) : reader;
        if (isApart && _options.TransferPerToken > TimeSpan.Zero)
        {
            await _world.Delay(ServedArrival.Transfer(Math.Max(0, arrival.InputTokens), _options.TransferPerToken));
        }

        await writer.GenerateAsync(Math.Max(0, arrival.InputTokens), more);
        return new(first - arrived, (_world.Elapsed - first) / more);
    }

    SimulatedBatchDevice Fewest(int from, int to)
    {
        SimulatedBatchDevice fewest = _devices[from];
        for (int i = from + 1; i < to; i++)
        {
            fewest = _devices[i].Jobs < fewest.Jobs ? _devices[i] : fewest;
        }

        return fewest;
    }
}
