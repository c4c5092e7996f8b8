namespace AgentChain.Simulation;

/// <summary>Generates arrivals. Each time between two arrivals has its own random key, so a longer trace begins like a shorter one.</summary>
static class Generated
{
    public static IEnumerable<Arrival> Arrivals(long seed, double perSecond, double variation, int count)
    {
        RandomKey key = RandomKey.Of(seed).Fold("arrivals");
        double seconds = 0;
        for (int i = 0; i < count; i++)
        {
            yield return new Arrival { Row = i + 1, Time = TimeSpan.FromSeconds(Math.Min(seconds, ArrivalCheck.Latest.TotalSeconds * 2)) };
            seconds += Gap(key.Fold(i), variation) / perSecond;
        }
    }

    /// <summary>Draws a time between two arrivals with a mean of 1.</summary>
    static double Gap(RandomKey key, double variation)
    {
        // Below, a gamma distribution cannot be told from a steady beat, and its shape is not a finite number.
        if (variation < 1e-6)
        {
            return 1;
        }

        double shape = 1 / (variation * variation);
        return shape == 1 ? -Math.Log(1 - key.Uniform()) : Gamma(key, shape) / shape;
    }

    /// <summary>
    /// Draws from a gamma distribution of scale 1, after Marsaglia and Tsang, "A Simple Method for Generating Gamma Variables" (ACM TOMS
    /// 26, 2000). A shape below 1 is a shape one higher, times a power of a uniform number.
    /// </summary>
    static double Gamma(RandomKey key, double shape)
    {
        if (shape < 1)
        {
            return Gamma(key.Fold(-1), shape + 1) * Math.Pow(1 - key.Fold(-2).Uniform(), 1 / shape);
        }

        double d = shape - (1.0 / 3);
        double c = 1 / Math.Sqrt(9 * d);
        for (int attempt = 0; ; attempt++)
        {
            RandomKey draw = key.Fold(attempt);
            double x = draw.Normal();
            double v = Math.Pow(1 + (c * x), 3);
            if (v > 0 && Math.Log(1 - draw.Fold(2).Uniform()) < (0.5 * x * x) + d - (d * v) + (d * Math.Log(v)))
            {
                return d * v;
            }
        }
    }
}
