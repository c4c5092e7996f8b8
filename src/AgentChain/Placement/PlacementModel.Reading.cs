using AgentChain.Devices;

namespace AgentChain.Placement;

/// <content>Reads a problem into numbers.</content>
sealed partial class PlacementModel
{
    void ReadDevices()
    {
        for (int d = 0; d < Devices; d++)
        {
            ComputeDevice device = _problem.Devices[d];
            _capacity[d] = device.MemoryBytes ?? double.PositiveInfinity;
            _lanes[d] = device.Lanes;

            // The phases of one turn cannot use more lanes than there are phases.
            _laneAt[d + 1] = _laneAt[d] + Math.Min(device.Lanes, Count);
        }
    }

    void ReadPhases()
    {
        Dictionary<string, int> keys = new(StringComparer.Ordinal);
        for (int i = 0; i < Count; i++)
        {
            PlacementPhase phase = _problem.Phases[i];
            string key = phase.Weights is { } shared ? $"w {shared}" : $"p {phase.Name}";
            _key[i] = keys.TryGetValue(key, out int known) ? known : keys[key] = keys.Count;
            (_own[i], _weights[i], _output[i]) = (phase.MemoryBytes, phase.WeightBytes, phase.OutputBytes);
            IReadOnlyDictionary<string, PhaseTime> times = phase.TimesByDevice();

            // As a scheduler does: a fallback only where no device fulfills the request.
            IReadOnlyList<ComputeDevice> able = phase.Device.Among(_problem.Devices);
            for (int d = 0; d < Devices; d++)
            {
                Read(phase, able, times, i, d);
            }
        }
    }

    void Read(PlacementPhase phase, IReadOnlyList<ComputeDevice> able, IReadOnlyDictionary<string, PhaseTime> times, int i, int d)
    {
        int cell = (i * Devices) + d;
        ComputeDevice device = _problem.Devices[d];
        _time[cell] = double.PositiveInfinity;
        for (int to = 0; _moves is not null && to < Devices; to++)
        {
            _moves[(cell * Devices) + to] = MoveNow(i, d, to);
        }

        if (able.Contains(device) && phase.TimeOn(device, times) is { } time)
        {
            double factor = _problem.Corrections?.Of(phase.Name, device.Name) ?? 1;
            double mean = time.Mean.TotalSeconds * factor, busy = time.Busy.TotalSeconds * factor;
            double square = time.Variation * time.Variation;
            _time[cell] = mean;
            _variance[cell] = square * mean * mean;

            // The moments of a gamma distribution.
            _busy[cell] = busy;
            _busy2[cell] = busy * busy * (1 + square);
            _busy3[cell] = busy * busy * busy * (1 + square) * (1 + (2 * square));
        }
    }

    /// <summary>The awaited phases that no awaited phase follows end the latency.</summary>
    void MarkLast()
    {
        for (int i = 0; i < Count; i++)
        {
            _isLast[i] = _problem.Phases[i].IsAwaited;
        }

        if (!Array.Exists(_isLast, static awaited => awaited))
        {
            Array.Fill(_isLast, true);
        }

        for (int i = 0; i < Count; i++)
        {
            _rest[i] = _isLast[i] ? 0 : double.NegativeInfinity;
        }

        foreach (int i in Order.Reverse())
        {
            foreach (int before in _before[i])
            {
                double rest = _rest[i] + LeastOf(_time, i);
                (_rest[before], _restVariance[before]) = rest > _rest[before]
                    ? (rest, _restVariance[i] + LeastOf(_variance, i))
                    : (_rest[before], _restVariance[before]);
            }
        }
    }

    /// <summary>Returns the least value of a phase on the devices that can run it; 0 if none can.</summary>
    double LeastOf(double[] table, int phase)
    {
        double least = double.PositiveInfinity;
        for (int d = 0; d < Devices; d++)
        {
            least = CanRun(phase, d) ? Math.Min(least, table[(phase * Devices) + d]) : least;
        }

        return double.IsInfinity(least) ? 0 : least;
    }

    double MeanTime(int phase)
    {
        double[] known = [.. _time.AsSpan(phase * Devices, Devices).ToArray().Where(double.IsFinite)];
        return known.Length == 0 ? 0 : known.Average();
    }

    /// <summary>Computes the time that the output of a phase takes from one device to another, in seconds.</summary>
    double MoveNow(int phase, int from, int to) =>
        from == to ? 0 : DeviceLink.Seconds(_output[phase], _problem.Devices[from], _problem.Devices[to]);

    /// <summary>The mean of all moves; of a large problem, of those to the next device, because only the order of phases depends on it.</summary>
    double MeanMove(int phase)
    {
        if (_moves is not null)
        {
            return _moves.AsSpan(phase * Devices * Devices, Devices * Devices).ToArray().Average();
        }

        double sum = 0;
        for (int d = 0; d < Devices; d++)
        {
            sum += MoveNow(phase, d, (d + 1) % Devices);
        }

        return sum / Devices;
    }
}
