using System.Collections.Concurrent;

namespace AgentChain.Placement;

/// <summary>Remembers how much longer the runs of phases take than predicted, for the next plan. Thread-safe.</summary>
/// <remarks>
/// The factor of a phase on a device is the exponentially weighted mean of the ratios of actual to predicted times, as logarithms; on a device
/// that it has not run on, the mean of the devices that it has. Costs that a chain has learned are corrected already.
/// </remarks>
public sealed class PlacementCorrections
{
    /// <summary>The least weight of a run: about the last twenty count.</summary>
    const double Weight = 0.05;

    /// <summary>The largest step of one run, as a logarithm, so that one stuck run does not move the factor far.</summary>
    const double LargestStep = 1.5;

    readonly ConcurrentDictionary<(string Phase, string Device), (double Log, int Runs)> _ratios = new();

    /// <summary>Learns from a run.</summary>
    /// <param name="phase">The name of the phase (<see cref="PlacementPhase.Name"/>).</param>
    /// <param name="device">The name of the device.</param>
    /// <param name="predicted">The time before corrections; greater than zero.</param>
    /// <param name="actual">The time that it took, without waiting; greater than zero, or it is ignored.</param>
    /// <exception cref="ArgumentNullException">A name is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="predicted"/> is not greater than zero.</exception>
    public void Observe(string phase, string device, TimeSpan predicted, TimeSpan actual)
    {
        ArgumentNullException.ThrowIfNull(phase);
        ArgumentNullException.ThrowIfNull(device);
        OptionCheck.Positive(predicted, nameof(predicted));
        if (actual <= TimeSpan.Zero)
        {
            return;
        }

        double ratio = Math.Log(actual / predicted);
        _ratios.AddOrUpdate(
            (phase, Key(device)),
            static (_, seen) => (Math.Clamp(seen, -LargestStep, LargestStep), 1),
            static (_, old, seen) =>
            {
                double step = Math.Clamp(seen - old.Log, -LargestStep, LargestStep);
                return (old.Log + (step * Math.Max(Weight, 1 / (old.Runs + 1.0))), Math.Min(old.Runs, 1_000_000) + 1);
            },
            ratio);
    }

    /// <summary>Returns the factor of the predicted times of a phase on a device.</summary>
    /// <param name="phase">The name of the phase.</param>
    /// <param name="device">The name of the device.</param>
    /// <returns>The factor; 1 before any run.</returns>
    /// <exception cref="ArgumentNullException">A name is <see langword="null"/>.</exception>
    public double Of(string phase, string device)
    {
        ArgumentNullException.ThrowIfNull(phase);
        ArgumentNullException.ThrowIfNull(device);
        if (_ratios.TryGetValue((phase, Key(device)), out (double Log, int Runs) own))
        {
            return Math.Exp(own.Log);
        }

        double sum = 0;
        int count = 0;
        foreach (((string other, _), (double log, _)) in _ratios)
        {
            (sum, count) = other == phase ? (sum + log, count + 1) : (sum, count);
        }

        return count == 0 ? 1 : Math.Exp(sum / count);
    }

    static string Key(string device) => device.ToUpperInvariant();
}
