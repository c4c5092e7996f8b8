using AgentChain.Extensions.AI;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace AgentChain.Extensions.AI;

/// <summary>
/// Resolves the client that the configuration names for a block. After a reload, the next request asks again; a name that cannot be
/// resolved is logged, and the client stays. It asks instead of being notified, so that nothing outlives the container.
/// </summary>
sealed partial class ConfiguredChatClient(IServiceProvider services, string chain, string block, string? otherwise)
{
    readonly Lock _lock = new();
    IChatClient? _last;
    IChangeToken? _reload = services.GetService<IConfiguration>()?.GetReloadToken();

    string Setting => $"AgentChain:{chain}:Blocks:{block}:Client";

    /// <summary>Resolves the client.</summary>
    /// <exception cref="OptionsValidationException">
    /// The configuration is invalid, or names no client or one that is not registered.
    /// </exception>
    public IChatClient Resolve()
    {
        ChainOptions options = services.GetRequiredService<IOptionsFactory<ChainOptions>>().Create(chain);
        BlockOptions? own =
            options.Blocks.FirstOrDefault(entry => string.Equals(entry.Key, block, StringComparison.OrdinalIgnoreCase)).Value;
        string key = own?.Client ?? otherwise ?? throw Wrong($"'{Setting}' is not set, so the block '{block}' has no chat client");
        return _last = services.GetKeyedService<IChatClient>(key)
            ?? throw Wrong($"'{Setting}' is '{key}', but no IChatClient with that key is registered for the block '{block}'");
    }

    /// <summary>Resolves the client again if the configuration was reloaded since the last call.</summary>
    /// <returns>The client; <see langword="null"/> if the configuration names the same one, or what was reloaded is wrong.</returns>
    public IChatClient? Changed()
    {
        if (Volatile.Read(ref _reload) is not { HasChanged: true })
        {
            return null;
        }

        lock (_lock)
        {
            if (_reload is not { HasChanged: true })
            {
                return null;
            }

            try
            {
                // Before the values are read, so that a reload in between is seen by the next request.
                _reload = services.GetRequiredService<IConfiguration>().GetReloadToken();

                // A client that code has put in stays until the configuration names another one than before.
                IChatClient? last = _last;
                return Resolve() is var next && ReferenceEquals(next, last) ? null : next;
            }
            catch (Exception error)
            {
                if (services.GetService<ILoggerFactory>() is { } factory)
                {
                    NotChanged(factory.CreateLogger("AgentChain"), block, chain, error.Message);
                }

                return null;
            }
        }
    }

    OptionsValidationException Wrong(string problem)
    {
        // A chain's registration leaves the services there; without one, the keys cannot be known.
        string[] keys =
        [
            .. (services.GetKeyedService<IServiceCollection>(typeof(ChainOptions)) ?? Enumerable.Empty<ServiceDescriptor>())
                .Where(service => service.IsKeyedService && service.ServiceType == typeof(IChatClient))
                .Select(service => service.ServiceKey).OfType<string>().Distinct().Order(StringComparer.Ordinal),
        ];
        string known = keys.Length > 0
            ? $"Set it to one of the registered keys: {string.Join(", ", keys)}."
            : "Register one with services.AddKeyedChatClient or AddKeyedSingleton<IChatClient>, and set the key.";
        return new OptionsValidationException(chain, typeof(ChainOptions), [$"Configuration {problem}. {known}"]);
    }

    [LoggerMessage(EventId = 60, Level = LogLevel.Error, Message = "The chat client of block '{Block}' of chain '{Chain}' stays, because the reloaded configuration is wrong: {Reason}")]
    static partial void NotChanged(ILogger logger, string block, string chain, string reason);
}
