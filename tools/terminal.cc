#include "tools/terminal.h"
