using CapacityPlanner;

return await PlannerCommand.RunAsync(args, Console.Out, Console.Error);
