namespace Throng.Engine; internal static class Placeholder;
