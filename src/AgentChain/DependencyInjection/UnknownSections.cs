using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AgentChain.DependencyInjection;

/// <summary>
/// Finds sections of the configuration that no chain reads, such as those with a misspelled name. They are not an error, because hosts can
/// share a configuration; and only a container that is complete knows its chains, so they are looked for when the host starts.
/// </summary>
static partial class UnknownSections
{
    /// <summary>Logs a warning for each section below <c>AgentChain</c> that belongs to none of the chains.</summary>
    public static void Warn(IServiceProvider services, IReadOnlyCollection<ChainRegistration> chains)
    {
        if (services.GetService<IConfiguration>() is not { } configuration || services.GetService<ILoggerFactory>() is not { } factory)
        {
            return;
        }

        string[] known = [.. chains.Select(chain => chain.Name)];
        ILogger? logger = null;
        foreach (IConfigurationSection section in configuration.GetSection(ChainOptionsSetup.Section).GetChildren())
        {
            if (!known.Append(DeviceConfiguration.Section).Contains(section.Key, StringComparer.OrdinalIgnoreCase))
            {
                SectionIgnored(logger ??= factory.CreateLogger("AgentChain"), section.Path, string.Join(", ", known));
            }
        }
    }

    [LoggerMessage(EventId = 40, Level = LogLevel.Warning, Message = "Configuration '{Section}' is not used: no chain of that name is registered; registered chains: {Chains}.")]
    static partial void SectionIgnored(ILogger logger, string section, string chains);
}
