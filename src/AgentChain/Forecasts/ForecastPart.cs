namespace AgentChain.Forecasts;

/// <summary>A part of a chain as a prediction sees it.</summary>
abstract record ForecastPart
{
    /// <summary>A block.</summary>
    internal sealed record Block(BlockForecast Forecast) : ForecastPart;

    /// <summary>Parts that run one after the other.</summary>
    internal sealed record Series(ForecastPart[] Parts) : ForecastPart;

    /// <summary>Parts that run at the same time and are all waited for.</summary>
    internal sealed record Parallel(ForecastPart[] Parts) : ForecastPart;

    /// <summary>Parts of which a turn takes one.</summary>
    internal sealed record Routes(ForecastPart[] Parts) : ForecastPart;
}
