using System.Globalization;

namespace AgentChain.Benchmarks.Plots;

/// <summary>An axis of a <see cref="Plot"/>.</summary>
/// <param name="Name">The text beside the axis.</param>
/// <param name="Least">The value at its start.</param>
/// <param name="Most">The value at its end.</param>
/// <param name="Step">The distance of its marks; 0 for a logarithmic axis with a mark at each power of ten.</param>
sealed record PlotAxis(string Name, double Least, double Most, double Step)
{
    public IEnumerable<(double Value, string Label)> Marks
    {
        get
        {
            for (int i = 0; Least + (i * Step) <= Most * 1.0001 && Step > 0; i++)
            {
                double value = Least + (i * Step);
                yield return (value, value.ToString("0.####", CultureInfo.InvariantCulture));
            }

            for (double value = Step > 0 ? double.PositiveInfinity : Least; value <= Most * 1.0001; value *= 10)
            {
                yield return (value, value.ToString("0.####", CultureInfo.InvariantCulture));
            }
        }
    }

    /// <summary>Returns the place of a value, from 0 to 1.</summary>
    public double Part(double value) => Step > 0
        ? (Math.Clamp(value, Least, Most) - Least) / (Most - Least)
        : Math.Log(Math.Clamp(value, Least, Most) / Least) / Math.Log(Most / Least);
}
