namespace AgentChain.Simulation;

/// <summary>The devices of a replay, and the way of a request through them. Lives in one <see cref="VirtualWorld"/>.</summary>
/// <remarks>
/// <code>
///   colocated, chunked:   device with the fewest requests: prompt, then sequence
///   disaggregated:        reader with the fewest: prompt ── transfer ── other device with the fewest: sequence
/// </code>
/// Another mode is that of the requests that arrive from then on; those inside stay on their devices.
/// </remarks>
sealed class ServingSystem
{
    readonly VirtualWorld _world;
    readonly ServingOptions _options;
    readonly SimulatedBatchDevice[] _devices;
    ServingMode _mode;

    public ServingSystem(VirtualWorld world, ServingOptions options, ServingMode mode)
    {
        (_world, _options) = (world, options);
        _devices = [.. Enumerable.Range(0, options.Devices).Select(_ => new SimulatedBatchDevice(world.Clock, options.Batching))];
        Mode = mode;
    }

    /// <summary>The mode of the requests that arrive from now on.</summary>
    public ServingMode Mode
    {
        get => _mode;
        set
        {
            _mode = value;
            foreach (SimulatedBatchDevice device in _devices)
            {
                device.ChunkTokens = value == ServingMode.Chunked ? _options.ChunkTokens : null;
            }
        }
    }

    /// <summary>Serves a request.</summary>
    public async Task<ServedRequest> ServeAsync(Arrival arrival)
    {
        TimeSpan arrived = _world.Elapsed;
        bool isApart = _mode == ServingMode.Disaggregated;
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
